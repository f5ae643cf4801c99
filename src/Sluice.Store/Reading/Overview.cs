using Sluice.Store.Files;

namespace Sluice.Store.Reading;

/// <summary>Answers that add up over all files.</summary>
internal sealed class Overview(FilePool pool, CancellationToken cancellationToken)
{
    public IReadOnlyList<ServiceSummary> Services(ICollection<string> warnings)
    {
        var services = new SortedDictionary<string, ServiceSummary>(StringComparer.Ordinal);
        ForEachFile(warnings, file =>
        {
            var read = file.Connection.Prepare("SELECT n.name, s.kind, s.count, s.last_received FROM services AS s JOIN names AS n ON n.id=s.service");
            while (read.Step())
            {
                var name = read.Text(0);
                var known = services.GetValueOrDefault(name) ?? new ServiceSummary(name, 0, 0, 0, 0, 0);
                var count = read.Int64(2);
                known = (RecordKind)read.Int64(1) switch
                {
                    RecordKind.Log => known with { Logs = known.Logs + count },
                    RecordKind.Event => known with { Events = known.Events + count },
                    RecordKind.Span => known with { Spans = known.Spans + count },
                    _ => known with { Metrics = known.Metrics + count },
                };
                services[name] = known with { LastReceived = Math.Max(known.LastReceived, read.Int64(3)) };
            }

            file.Connection.Release(read);
        });
        return [.. services.Values];
    }

    public IReadOnlyList<MetricSummary> MetricNames(string? service, ICollection<string> warnings)
    {
        var metrics = new SortedDictionary<string, (long Count, long LastTime, SortedSet<string> Services)>(StringComparer.Ordinal);
        ForEachFile(warnings, file =>
        {
            var read = file.Connection.Prepare(
                """
                SELECT n.name, v.name, g.records, g.last FROM
                    (SELECT name, service, count(*) AS records, max(time) AS last FROM metrics GROUP BY name, service) AS g
                    JOIN names AS n ON n.id=g.name JOIN names AS v ON v.id=g.service
                """);
            while (read.Step())
            {
                var sender = read.Text(1);
                if (service is not null && sender != service)
                {
                    continue;
                }

                var name = read.Text(0);
                var known = metrics.TryGetValue(name, out var found) ? found : (0, long.MinValue, new SortedSet<string>(StringComparer.Ordinal));
                known.Services.Add(sender);
                metrics[name] = (known.Count + read.Int64(2), Math.Max(known.LastTime, read.Int64(3)), known.Services);
            }

            file.Connection.Release(read);
        });
        return [.. metrics.Select(metric => new MetricSummary(metric.Key, metric.Value.Count, metric.Value.LastTime, [.. metric.Value.Services]))];
    }

    public IReadOnlyList<HistogramBucket> Histogram(HistogramQuery query, ICollection<string> warnings)
    {
        if (query.Step < TimeSpan.FromMinutes(1) || query.Step.Ticks % TimeSpan.TicksPerMinute != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(query), query.Step, "Counts are kept per minute: the step is whole minutes.");
        }

        var buckets = new HistogramBuilder(query.Step);
        var kinds = string.Join(',', query.Kinds.Select(kind => (int)kind));
        ForEachFile(warnings, file =>
        {
            var conditions = new SqlConditions();
            if (query.Service is not null)
            {
                if (file.FindName(NameKind.Service, query.Service) is not { } service)
                {
                    return;
                }

                conditions.Add("service={0}", service);
            }

            if (query.MinSeverity > 0)
            {
                conditions.Add("code>={0}", query.MinSeverity);
            }

            var read = file.Connection.Prepare(
                $"SELECT minute, code, sum(count) FROM minutes WHERE kind IN ({kinds}) AND minute BETWEEN ?1 AND ?2{conditions} GROUP BY minute, code");
            conditions.Bind(read);
            read.Bind(1, FloorMinute(query.Time.From));
            read.Bind(2, FloorMinute(query.Time.To == long.MinValue ? query.Time.To : query.Time.To - 1));
            while (read.Step())
            {
                buckets.Add(read.Int64(0) * StoreTime.NanosecondsPerMinute, (int)read.Int64(1), read.Int64(2));
            }

            file.Connection.Release(read);
        });
        return buckets.Result();
    }

    private static long FloorMinute(long nano) => (nano / StoreTime.NanosecondsPerMinute) - (nano % StoreTime.NanosecondsPerMinute < 0 ? 1 : 0);

    private void ForEachFile(ICollection<string> warnings, Action<FileReader> read)
    {
        var noted = new List<string>();
        using var files = new FileCursor(pool, SearchOrder.OldestFirst, noted, cancellationToken);
        while (files.MoveNext())
        {
            try
            {
                read(files.Current!);
            }
            catch (StoreException error)
            {
                files.GiveUpOrThrow(error);
            }
        }

        noted.ForEach(warnings.Add);
    }
}
