"""What farms without Tractor's tree are sent alike: a folder a job, tables of commands, and journals that tasks keep.

The wrapper ``farmtask.py`` runs on the blades and reads and writes these; engines/slurm and engines/drqueue use them.
"""
