using System.CommandLine;
using System.Text.Json;
using Sluice.Load.Ids;
using Sluice.Load.Receiving;

namespace Sluice.Load.Commands;

/// <summary><c>sluice-load count</c>.</summary>
internal static class CountCommand
{
    public static Command Create()
    {
        var files = new Argument<string[]>("files") { Description = "Files that records were written into, in any format that does not compress them.", Arity = ArgumentArity.OneOrMore };
        var ids = new Option<string?>("--ids") { Description = "A directory that the ids of each run are written into.", HelpName = "DIR" };
        var command = new Command("count", "Counts the records in files.") { files, ids };
        command.SetAction(result =>
        {
            var counter = new IdCounter();
            foreach (var file in result.GetRequiredValue(files))
            {
                counter.AddFile(file);
            }

            if (result.GetValue(ids) is { } directory)
            {
                counter.Save(directory);
            }

            var bytes = result.GetRequiredValue(files).Sum(file => new FileInfo(file).Length);
            Console.WriteLine(JsonSerializer.Serialize(new SinkReport(0, bytes, counter.Distinct, counter.Doubled, 0), ReportJson.Default.SinkReport));
        });
        return command;
    }
}
