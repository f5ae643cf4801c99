using System.Globalization;
using Sluice.Store.Files;

namespace Sluice.Store.Reading;

/// <summary>Searches logs and events. Of the indexes one leads: the trace, else the full text, else the event name, else the order of arrival.</summary>
internal sealed class LogPlan(LogQuery query) : IRecordPlan
{
    public BlockKind Table => BlockKind.Logs;

    public FilePlan? For(FileReader file)
    {
        var conditions = new SqlConditions();
        if (!AddNames(file, conditions))
        {
            return null;
        }

        if (!query.Time.IsAll)
        {
            conditions.Add("l.time>={0}", query.Time.From);
            conditions.Add("l.time<{0}", query.Time.To);
        }

        if (query.MinSeverity > 0)
        {
            conditions.Add("l.severity>={0}", query.MinSeverity);
        }

        if (query.SpanId is { } span)
        {
            conditions.Add("l.span={0}", (long)span);
        }

        if (query.TraceId is { } trace)
        {
            conditions.Add("l.trace_low={0}", (long)trace.Low);
            conditions.Add("l.trace_high={0}", (long)trace.High);
        }

        var match = new List<string>();
        if (query.Text is not null)
        {
            match.Add($"({query.Text.Expression})");
        }

        var verify = AddAttributes(file, conditions, match);
        var (from, row) = Source(match.Count > 0);
        if (match.Count > 0)
        {
            conditions.Add("t.logs_text MATCH {0}", string.Join(" AND ", match));
        }

        return new FilePlan(
            $"SELECT l.id, l.resource, l.time, l.severity FROM {from} WHERE {row} BETWEEN ?1 AND ?2{conditions}",
            row,
            conditions,
            file.FindRows(Table, query.Time),
            verify);
    }

    private (string From, string Row) Source(bool hasMatch)
    {
        if (query.TraceId is not null)
        {
            return (hasMatch ? "logs AS l INDEXED BY logs_trace CROSS JOIN logs_text AS t ON t.rowid=l.id" : "logs AS l INDEXED BY logs_trace", "l.id");
        }

        if (hasMatch)
        {
            return ("logs_text AS t CROSS JOIN logs AS l ON l.id=t.rowid", "t.rowid");
        }

        return (query.EventName is not null ? "logs AS l INDEXED BY logs_event" : "logs AS l", "l.id");
    }

    /// <summary>Turns names into the numbers they have in the file.</summary>
    /// <returns>False when the file has no such name, and so no such record.</returns>
    private bool AddNames(FileReader file, SqlConditions conditions)
    {
        if (query.Service is not null)
        {
            if (file.FindName(NameKind.Service, query.Service) is not { } service)
            {
                return false;
            }

            conditions.Add("l.service={0}", service);
        }

        if (query.EventName is not null)
        {
            if (file.FindName(NameKind.Event, query.EventName) is not { } name)
            {
                return false;
            }

            conditions.Add("l.event={0}", name);
        }
        else if (query.EventsOnly)
        {
            conditions.And("l.event IS NOT NULL");
        }

        return true;
    }

    /// <summary>Narrows attributes down by full text where that loses nothing; each row found is checked in any case.</summary>
    private List<VerifiedAttribute> AddAttributes(FileReader file, SqlConditions conditions, List<string> match)
    {
        var verify = new List<VerifiedAttribute>();
        foreach (var filter in query.Attributes)
        {
            var resources = file.FindResources(filter);
            verify.Add(new VerifiedAttribute(filter, resources));
            if (SearchText.ForAttributeValue(filter.Value) is not { } expression)
            {
                continue;
            }

            if (resources.Count == 0)
            {
                match.Add(expression);
                continue;
            }

            var numbers = string.Join(',', resources.Select(id => id.ToString(CultureInfo.InvariantCulture)));
            conditions.Add(
                $"(l.resource IN ({numbers}) OR l.id IN (SELECT rowid FROM logs_text WHERE logs_text MATCH {{0}} AND rowid BETWEEN ?1 AND ?2))",
                expression);
        }

        return verify;
    }
}
