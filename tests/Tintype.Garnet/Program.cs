using Garnet;

// Garnet as its own server program runs it; the arguments are its own.
using var server = new GarnetServer(args);
server.Start();
await Task.Delay(Timeout.Infinite);
