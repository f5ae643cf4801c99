using System.CommandLine;
using Sluice.Runtime.Graph;

namespace Sluice.Commands;

/// <summary><c>sluice schema</c>: the JSON Schema of the configuration file, for editors.</summary>
internal static class SchemaCommand
{
    public static Command Create()
    {
        var command = new Command("schema", "Prints the JSON Schema (draft 2020-12) of the configuration file, with which editors complete and check it.");
        command.SetAction(_ =>
        {
            Console.Out.Write(ConfigurationSchema.Write(BuiltIn.Components));
            return ExitCodes.Success;
        });
        return command;
    }
}
