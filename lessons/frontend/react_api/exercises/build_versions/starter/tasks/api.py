# The API of the tasks goes here.
