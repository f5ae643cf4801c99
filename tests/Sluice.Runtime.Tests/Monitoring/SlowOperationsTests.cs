using System.Diagnostics;
using Sluice.Runtime.Monitoring;
using Sluice.Testing;

namespace Sluice.Runtime.Tests.Monitoring;

/// <summary>Spans of operations that took long. Other tests may report too: each looks for names of its own.</summary>
public sealed class SlowOperationsTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly List<Activity> _spans = [];
    private readonly string _name = Guid.NewGuid().ToString();
    private ActivityListener? _listener;

    public void Dispose() => _listener?.Dispose();

    [Fact]
    public void Only_what_takes_as_long_as_the_threshold_is_slow()
    {
        using var slow = new SlowOperations(TimeSpan.FromSeconds(1), _time);
        Listen();

        Assert.False(slow.Includes(TimeSpan.FromMilliseconds(999)));
        Assert.True(slow.Includes(TimeSpan.FromSeconds(1)));
        Assert.False(SlowOperations.None.Includes(TimeSpan.FromDays(1000)));
    }

    [Fact]
    public void A_span_ends_now_and_began_when_the_operation_did()
    {
        using var slow = new SlowOperations(TimeSpan.Zero, _time);
        Listen();
        slow.Report(_name, TimeSpan.FromSeconds(3), null, new("exporter", "file"), new("records", 7));

        var span = Assert.Single(_spans);
        Assert.Equal(_time.GetUtcNow().UtcDateTime - TimeSpan.FromSeconds(3), span.StartTimeUtc);
        Assert.Equal(TimeSpan.FromSeconds(3), span.Duration);
        Assert.Equal(("file", 7), (span.GetTagItem("exporter"), span.GetTagItem("records")));
        Assert.Equal(ActivityStatusCode.Unset, span.Status);
    }

    [Fact]
    public void A_failure_is_told()
    {
        using var slow = new SlowOperations(TimeSpan.Zero, _time);
        Listen();
        slow.Report(_name, TimeSpan.FromSeconds(3), "no answer");

        var span = Assert.Single(_spans);
        Assert.Equal((ActivityStatusCode.Error, "no answer"), (span.Status, span.StatusDescription));
    }

    [Fact]
    public void It_is_a_trace_of_its_own_whatever_is_current()
    {
        using var slow = new SlowOperations(TimeSpan.Zero, _time);
        Listen();
        using var current = new Activity("request").Start();
        slow.Report(_name, TimeSpan.FromSeconds(3), null);

        Assert.Same(current, Activity.Current);
        Assert.NotEqual(current.TraceId, Assert.Single(_spans).TraceId);
        Assert.Equal(default, _spans[0].ParentSpanId);
    }

    private void Listen()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == SlowOperations.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                if (span.OperationName == _name)
                {
                    _spans.Add(span);
                }
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }
}
