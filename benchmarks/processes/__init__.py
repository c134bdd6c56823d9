"""What the benchmark of grading runs in processes of their own."""
