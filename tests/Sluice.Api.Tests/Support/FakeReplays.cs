using Sluice.Runtime.Contracts;
using Sluice.Runtime.Replay;

namespace Sluice.Api.Tests.Support;

/// <summary>Replays that are only remembered: each waits, until it is cancelled.</summary>
public sealed class FakeReplays : IReplays
{
    private readonly List<ReplayStatus> _replays = [];

    public List<ReplayRequest> Requests { get; } = [];

    public List<DeadLetterReplayRequest> DeadLetterRequests { get; } = [];

    public IReadOnlyList<ReplayStatus> List() => _replays;

    public ReplayStatus? Find(string id) => _replays.Find(replay => replay.Job.Id == id);

    public Task<ReplayStatus> StartAsync(ReplayRequest request)
    {
        Requests.Add(request);
        return request.Exporter == "store"
            ? Add(new ReplayJob
            {
                Id = "a1",
                Source = ReplaySource.Journal,
                Exporter = request.Exporter,
                Pipelines = ["logs"],
                SinceUnixNano = request.SinceUnixNano,
                UntilUnixNano = request.UntilUnixNano,
                StartedUnixNano = 1_000_000_000,
                Found = 7,
                OldestUnixNano = 500_000_000,
                Replayed = 3,
                Skipped = 1,
            })
            : throw new ReplayException(ReplayProblem.Unknown, $"There is no exporter \"{request.Exporter}\".", "one of store");
    }

    public Task<ReplayStatus> StartAsync(DeadLetterReplayRequest request)
    {
        DeadLetterRequests.Add(request);
        return Add(new ReplayJob
        {
            Id = "b2",
            Source = ReplaySource.DeadLetters,
            Exporter = request.To,
            Filter = request.Filter,
            StartedUnixNano = 2_000_000_000,
            Found = 1,
        });
    }

    public Task<ReplayStatus> CancelAsync(string id)
    {
        var index = _replays.FindIndex(replay => replay.Job.Id == id);
        if (index < 0)
        {
            throw new ReplayException(ReplayProblem.Unknown, $"There is no replay {id}.", "the id of a replay that runs");
        }

        if (_replays[index].Job.State == ReplayState.Cancelled)
        {
            throw new ReplayException(ReplayProblem.Conflict, $"Replay {id} has ended: it is cancelled.", "a replay that runs");
        }

        _replays[index] = new ReplayStatus(_replays[index].Job with { State = ReplayState.Cancelled, EndedUnixNano = 3_000_000_000 }, null, 0);
        return Task.FromResult(_replays[index]);
    }

    private Task<ReplayStatus> Add(ReplayJob job)
    {
        _replays.Add(new ReplayStatus(job, "the journal is full", 2));
        return Task.FromResult(_replays[^1]);
    }
}
