"""The teacher's pages, below /teach/: classes, how far their learners are, where they are stuck."""
