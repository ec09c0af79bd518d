"""Workers: they pass records of queues, streams and schedules to a service. One module for each subject."""
