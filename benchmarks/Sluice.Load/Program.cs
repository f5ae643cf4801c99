using System.CommandLine;
using Sluice.Load.Commands;

var root = new RootCommand("Sends telemetry to a receiver, counts what arrives behind it, and compares the two. Reports are JSON, one object per line.")
{
    SendCommand.Create(),
    SinkCommand.Create(),
    TargetCommand.Create(),
    CountCommand.Create(),
    CompareCommand.Create(),
};

// What a signal ends has answers to wait for and ids to write.
var invocation = new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(1) };
return await root.Parse(args).InvokeAsync(invocation).ConfigureAwait(false);
