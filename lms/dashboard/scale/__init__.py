"""Made-up learners with made-up work, as many as one likes: for measuring, and for looking at the pages."""
