+ farmsubmit 1.0 .
PYTHONPATH+:=scripts
