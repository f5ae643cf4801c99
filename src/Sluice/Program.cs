using System.CommandLine;
using Sluice.Commands;

var root = new RootCommand("Sluice takes in logs, events, traces and metrics, and delivers them without losing an acknowledged record.");
RunCommand.Configure(root);
root.Subcommands.Add(DemoCommand.Create());
root.Subcommands.Add(SearchCommand.Create());
root.Subcommands.Add(ValidateCommand.Create());
root.Subcommands.Add(PrintConfigCommand.Create());
root.Subcommands.Add(ComponentsCommand.Create());
root.Subcommands.Add(VersionCommand.Create());

// The runtime drains on SIGTERM by itself; the library's own handler would cut it off after two seconds.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
