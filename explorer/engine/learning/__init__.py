"""What makes a step: optimizer, averages, precision, chance, and several processes as one."""
