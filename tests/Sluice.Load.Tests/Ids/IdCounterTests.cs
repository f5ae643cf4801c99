using System.Text;
using Sluice.Testing;

namespace Sluice.Load.Ids;

public sealed class IdCounterTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Records_are_counted_by_run()
    {
        var counter = new IdCounter();

        Assert.Equal(5, counter.Add(Text((1, 0), (1, 1), (2, 0), (1, 1), (2, 0))));

        Assert.Equal((3, 2), (counter.Distinct, counter.Doubled));
        Assert.Equal([(1, 2L, 1L), (2, 1L, 1L)], counter.Runs.OrderBy(set => set.Run).Select(set => (set.Run, set.Count, set.Doubled)));
    }

    [Fact]
    public void In_a_file_a_record_counts_once_wherever_a_read_ends()
    {
        // Lengths that differ, so that markers stand across, before and behind the ends of reads.
        var random = new Random(RandomSeed.Value);
        var text = new StringBuilder();
        const int Records = 30_000;
        for (var i = 0; i < Records; i++)
        {
            text.Append('x', random.Next(200)).Append(Marker(3, i));
        }

        File.WriteAllText(_path, text.ToString());
        var counter = new IdCounter();

        Assert.Equal(Records, counter.AddFile(_path));

        Assert.Equal((Records, 0), (counter.Distinct, counter.Doubled));
    }

    [Fact]
    public void A_comparison_tells_what_is_missing_from_what_nobody_acknowledged()
    {
        var acknowledged = new IdSet(1);
        acknowledged.AddRange(0, 10);
        var counter = new IdCounter();
        counter.Add(Text((1, 8), (1, 9), (1, 9), (1, 10), (2, 0)));

        Assert.Equal(
            new Comparison(Acknowledged: 10, Delivered: 4, Missing: 8, Unacknowledged: 2, Doubled: 1), Comparison.Of([acknowledged], counter.Runs));
    }

    private static byte[] Text(params (int Run, long Sequence)[] records) =>
        Encoding.ASCII.GetBytes(string.Join("...", records.Select(record => Marker(record.Run, record.Sequence))));

    private static string Marker(int run, long sequence) => $"~id:{RecordMarker.ToId(run, sequence):x16}";
}
