from bpy.app import handlers as handlers
from bpy.app import timers as timers

background: bool
binary_path: str
tempdir: str
version: tuple[int, int, int]
version_string: str
