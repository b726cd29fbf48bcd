"""`python -m jackfield.cli`: the command `jackfield` where its script is not on the path."""

from jackfield.cli import main

main()
