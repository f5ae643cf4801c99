using Sluice.Api.Parameters;
using Sluice.Store;

namespace Sluice.Api.Endpoints;

/// <summary>Stored metric records.</summary>
internal sealed class MetricsEndpoint : ApiEndpoint
{
    private const int StandardLimit = 100;
    private const int MaxLimit = 10_000;

    public override string Path => "metrics";

    public override string Summary => "Stored metric records with their data points.";

    public override IReadOnlyList<string> Parameters { get; } =
    [
        ParameterNames.Query, ParameterNames.Name, ParameterNames.Service, ParameterNames.From, ParameterNames.To, ParameterNames.Order,
        ParameterNames.Limit, ParameterNames.Cursor,
    ];

    public override async ValueTask HandleAsync(ApiRequest request, Answer answer, CancellationToken cancellationToken)
    {
        var parameters = request.Parameters;
        var cursor = parameters.Cursor();
        var query = new MetricQuery
        {
            Text = parameters.Search(),
            Name = parameters.Text(ParameterNames.Name),
            Service = parameters.Text(ParameterNames.Service),
            Time = cursor?.Range ?? parameters.Range(),
            Order = parameters.Order(),
            Limit = parameters.Limit(StandardLimit, MaxLimit),
            After = cursor?.Last,
        };
        using var search = request.Store.SearchMetrics(query, cancellationToken);
        await RecordAnswer.WriteAsync(search, parameters, query.Time, answer, cancellationToken).ConfigureAwait(false);
    }
}
