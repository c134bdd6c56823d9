"""What runs inside the locked-down children: the project's side, and the examiner's."""
