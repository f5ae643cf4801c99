using Sluice.Load.Ids;

namespace Sluice.Scenarios;

/// <summary>Files in a directory of their own, which are read and removed as soon as they are complete.</summary>
internal sealed class FileDestination : Destination
{
    private const string Current = "records.jsonl";
    private readonly IdCounter _counter = new();
    private readonly string _directory;

    public FileDestination(string directory)
    {
        _directory = Path.Combine(directory, "output");
        Directory.CreateDirectory(_directory);
    }

    public override IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string> { ["BENCHMARK_OUTPUT"] = _directory };

    public override void Collect() => Count(Directory.EnumerateFiles(_directory).Where(file => Path.GetFileName(file) != Current));

    public override Task<Comparison> CompareAsync(IEnumerable<IdSet> acknowledged, MetricsPage last, CancellationToken cancellationToken)
    {
        Count(Directory.EnumerateFiles(_directory));
        return Task.FromResult(Comparison.Of(acknowledged, _counter.Runs));
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Count(IEnumerable<string> files)
    {
        foreach (var file in files.ToList())
        {
            _counter.AddFile(file);
            File.Delete(file);
        }
    }
}
