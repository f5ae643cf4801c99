using System.CommandLine;
using Sluice.Inspection;
using Sluice.Journal;

namespace Sluice.Commands;

/// <summary><c>sluice journal</c>: looks into a journal on disk, whether an instance has it open or not. Changes nothing and takes no lock.</summary>
internal static class JournalCommand
{
    public static Command Create() => new("journal", "Looks into the journal on disk, also while a Sluice uses it. Changes nothing.")
    {
        CreateStatus(),
        CreateVerify(),
        CreateDump(),
    };

    private static Command CreateStatus()
    {
        var place = new JournalArguments();
        var json = new Option<bool>("--json") { Description = "Prints one JSON object." };
        var maxSize = new Option<string?>("--max-size")
        {
            Description = "Bytes that the journal may hold, such as 10GiB, for the time to full. Without it the configuration's, if --directory is not given.",
            HelpName = "SIZE",
        };
        var command = new Command("status", "Says what is in it: segments, topics, consumers with their lag, tables, counters.") { json, maxSize };
        place.AddTo(command);
        command.SetAction(result => Run(() =>
        {
            if (place.Find(result, result.GetValue(maxSize)) is not { } found)
            {
                return ExitCodes.Failure;
            }

            var status = JournalInspector.Inspect(found.Directory, TimeProvider.System, found.MaxSize);
            Console.Out.WriteLine(result.GetValue(json) ? InspectionJson.Write(status, indented: true) : JournalStatusText.Write(status));
            return ExitCodes.Success;
        }));
        return command;
    }

    private static Command CreateVerify()
    {
        var place = new JournalArguments();
        var json = new Option<bool>("--json") { Description = "Prints one JSON object." };
        var command = new Command("verify", "Reads every byte of it and reports all that is not as it was written. Ends with 1 if there is anything.") { json };
        place.AddTo(command);
        command.SetAction(result => Run(() =>
        {
            if (place.Find(result, null) is not { } found)
            {
                return ExitCodes.Failure;
            }

            var verification = JournalInspector.Verify(found.Directory, TimeProvider.System);
            Console.Out.WriteLine(result.GetValue(json) ? InspectionJson.Write(verification, indented: true) : JournalVerificationText.Write(verification));
            return verification.Faults.Count == 0 ? ExitCodes.Success : ExitCodes.Failure;
        }));
        return command;
    }

    private static Command CreateDump()
    {
        var place = new JournalArguments();
        var json = new Option<bool>("--json") { Description = "Prints each group as one JSON object." };
        var payload = new Option<bool>("--payload") { Description = "Prints the records of the entries instead, each as its JSON envelope." };
        var changes = new Option<bool>("--changes") { Description = "Prints the keys of table entries and the sizes of their values, too." };
        var topic = new Option<string?>("--topic") { Description = "Only groups with entries for this topic, which is the id of a pipeline.", HelpName = "TOPIC" };
        var limit = new Option<long?>("--limit") { Description = "At most so many groups.", HelpName = "N" };
        var from = CreateBound("--from", "Where to begin: the number of a group, the id of a record, or an RFC 3339 time.");
        var to = CreateBound("--to", "Before what to end.");
        var command = new Command("dump", "Prints its groups, oldest first, one per line.") { json, payload, changes, topic, from, to, limit };
        place.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(payload) && (result.GetValue(json) || result.GetValue(changes)))
            {
                result.AddError("--payload prints records, in JSON: leave out --json and --changes, or --payload.");
            }

            if (result.GetValue(limit) <= 0)
            {
                result.AddError("--limit takes a number from 1.");
            }
        });
        command.SetAction(result => Run(() =>
        {
            if (place.Find(result, null) is not { } found)
            {
                return ExitCodes.Failure;
            }

            var options = new JournalDumpOptions
            {
                Topic = result.GetValue(topic),
                From = result.GetValue(from),
                To = result.GetValue(to),
                WithChanges = result.GetValue(changes),
                WithPayload = result.GetValue(payload),
            };
            using var records = options.WithPayload ? new PayloadPrinter(Console.Out, Console.Error) : null;
            var left = result.GetValue(limit) ?? long.MaxValue;
            var isWhole = true;
            JournalInspector.Dump(found.Directory, options, group =>
            {
                if (records is not null)
                {
                    isWhole &= records.Print(group);
                }
                else
                {
                    Console.Out.WriteLine(result.GetValue(json) ? InspectionJson.Write(group, indented: false) : DumpText.Write(group));
                }

                return --left > 0;
            });
            return isWhole ? ExitCodes.Success : ExitCodes.Failure;
        }));
        return command;
    }

    private static Option<DumpBound?> CreateBound(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "PLACE",
        CustomParser = result =>
        {
            var written = result.Tokens[0].Value;
            if (DumpBound.TryParse(written, out var bound))
            {
                return bound;
            }

            result.AddError($"{name} takes the number of a group, the 32 digits of a record id, or a time such as 2026-01-31T12:00:00Z, not \"{written}\".");
            return null;
        },
    };

    private static int Run(Func<int> action)
    {
        try
        {
            return action();
        }
        catch (JournalOpenException exception)
        {
            Console.Error.WriteLine(exception.Message);
            return ExitCodes.Failure;
        }
    }
}
