"""What a client can be asked to do, each as a flow without I/O."""
