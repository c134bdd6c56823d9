// The rows are being made: look again, without moving anything while somebody reads.
setTimeout(() => location.reload(), 2000);
