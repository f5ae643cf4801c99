using Sluice.Testing;

namespace Sluice.Load.Ids;

public sealed class IdSetTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void It_counts_what_a_set_counts()
    {
        var random = new Random(RandomSeed.Value);
        var model = new HashSet<long>();
        var set = new IdSet(7);
        var doubled = 0;
        for (var i = 0; i < 20_000; i++)
        {
            // Near to each other, far from each other, and on both sides of a page.
            var sequence = random.Next(3) switch { 0 => random.Next(5_000), 1 => (1 << 20) - 50 + random.Next(100), _ => random.NextInt64(IdSet.MaxSequence) };
            var isNew = model.Add(sequence);
            doubled += isNew ? 0 : 1;
            Assert.Equal(isNew, set.Add(sequence));
        }

        Assert.Equal(model.Count, set.Count);
        Assert.Equal(doubled, set.Doubled);
    }

    [Fact]
    public async Task Threads_that_add_the_same_agree_on_who_was_first()
    {
        var set = new IdSet(0);

        var first = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Enumerable.Range(0, 50_000).Count(sequence => set.Add(sequence)))));

        Assert.Equal(50_000, first.Sum());
        Assert.Equal(50_000, set.Count);
        Assert.Equal(150_000, set.Doubled);
    }

    [Fact]
    public void What_another_lacks_is_missing()
    {
        var set = new IdSet(0);
        var other = new IdSet(0);
        set.AddRange(0, 1_000);
        set.AddRange(5L << 20, 10);
        other.AddRange(500, 1_000);

        Assert.Equal(510, set.CountMissingIn(other));
        Assert.Equal(500, other.CountMissingIn(set));
    }

    [Fact]
    public void It_comes_back_from_a_file_as_it_was()
    {
        var set = new IdSet(42);
        set.AddRange((1 << 20) - 10, 20);
        set.Add(IdSet.MaxSequence - 1);
        set.Add(IdSet.MaxSequence - 1);

        set.Save(_path);
        var read = IdSet.Load(_path);

        Assert.Equal((42, 21L, 1L), (read.Run, read.Count, read.Doubled));
        Assert.Equal((0L, 0L), (read.CountMissingIn(set), set.CountMissingIn(read)));
    }

    [Fact]
    public void A_file_that_is_none_or_ends_early_is_refused()
    {
        File.WriteAllText(_path, "something else altogether");
        Assert.Throws<InvalidDataException>(() => IdSet.Load(_path));

        new IdSet(1).Save(_path);
        using (var file = File.OpenWrite(_path))
        {
            file.SetLength(file.Length - 1);
        }

        Assert.Throws<InvalidDataException>(() => IdSet.Load(_path));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(IdSet.MaxSequence)]
    public void A_number_that_no_run_reaches_is_refused(long sequence) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new IdSet(0).Add(sequence));
}
