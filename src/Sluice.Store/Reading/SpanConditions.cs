using Sluice.Store.Files;

namespace Sluice.Store.Reading;

/// <summary>What a span must meet for its trace to be found.</summary>
internal static class SpanConditions
{
    /// <summary>The conditions in terms of one file; null when no span of it can meet them.</summary>
    public static SqlConditions? For(TraceQuery query, FileReader file)
    {
        var conditions = new SqlConditions();
        conditions.And("s.trace_low IS NOT NULL");
        if (query.Service is not null)
        {
            if (file.FindName(NameKind.Service, query.Service) is not { } service)
            {
                return null;
            }

            conditions.Add("s.service={0}", service);
        }

        if (query.Operation is not null)
        {
            if (file.FindName(NameKind.Span, query.Operation) is not { } name)
            {
                return null;
            }

            conditions.Add("s.name={0}", name);
        }

        if (query.Text is not null)
        {
            conditions.Add("s.name IN (SELECT rowid FROM span_names WHERE span_names MATCH {0})", query.Text.Expression);
        }

        if (!query.Time.IsAll)
        {
            conditions.Add("s.time>={0}", query.Time.From);
            conditions.Add("s.time<{0}", query.Time.To);
        }

        if (query.MinDuration is { } least)
        {
            conditions.Add("s.duration>={0}", least);
        }

        if (query.MaxDuration is { } most)
        {
            conditions.Add("s.duration<={0}", most);
        }

        if (query.ErrorsOnly)
        {
            conditions.And("s.status=2");
        }

        return conditions;
    }
}
