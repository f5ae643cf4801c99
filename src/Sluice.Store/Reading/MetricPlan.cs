using Sluice.Store.Files;

namespace Sluice.Store.Reading;

/// <summary>Searches metric records.</summary>
internal sealed class MetricPlan(MetricQuery query) : IRecordPlan
{
    public BlockKind Table => BlockKind.Metrics;

    public FilePlan? For(FileReader file)
    {
        var conditions = new SqlConditions();
        if (query.Service is not null)
        {
            if (file.FindName(NameKind.Service, query.Service) is not { } service)
            {
                return null;
            }

            conditions.Add("m.service={0}", service);
        }

        if (query.Name is not null)
        {
            if (file.FindName(NameKind.Metric, query.Name) is not { } name)
            {
                return null;
            }

            conditions.Add("m.name={0}", name);
        }

        if (query.Text is not null)
        {
            conditions.Add("m.name IN (SELECT rowid FROM metric_names WHERE metric_names MATCH {0})", query.Text.Expression);
        }

        if (!query.Time.IsAll)
        {
            conditions.Add("m.time>={0}", query.Time.From);
            conditions.Add("m.time<{0}", query.Time.To);
        }

        return new FilePlan(
            $"SELECT m.id, m.resource, m.time, m.type FROM metrics AS m WHERE m.id BETWEEN ?1 AND ?2{conditions}",
            "m.id",
            conditions,
            file.FindRows(Table, query.Time),
            []);
    }
}
