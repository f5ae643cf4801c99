namespace Sluice.Journal.Tests;

public sealed class IdentityTests
{
    [Fact]
    public async Task Journals_differ_in_id_and_epoch_and_the_epoch_holds_the_second_of_the_opening()
    {
        await using var one = new JournalFixture();
        await using var two = new JournalFixture();
        Assert.NotEqual(one.Journal.Id, two.Journal.Id);
        Assert.NotEqual(one.Journal.Epoch, two.Journal.Epoch);
        Assert.Equal((ulong)one.Clock.GetUtcNow().ToUnixTimeSeconds(), one.Journal.Epoch >> 32);
    }

    [Fact]
    public async Task Topics_tables_and_counters_are_found_by_name()
    {
        await using var host = new JournalFixture();
        Assert.Same(host.Topic, host.Journal.OpenTopic("logs"));
        Assert.NotEqual(host.Topic.Ordinal, host.Other.Ordinal);
        Assert.Same(host.Journal.OpenCounter("c"), host.Journal.OpenCounter("c"));
        Assert.Same(host.Journal.OpenTable("t", new()), host.Journal.OpenTable("t", new()));
    }

    [Fact]
    public void Record_ids_survive_their_text_form_and_sort_alike()
    {
        RecordId[] ids = [default, new(1, 2), new(1, ulong.MaxValue), new(2, 0), new(ulong.MaxValue, ulong.MaxValue)];
        var texts = ids.Select(id => id.ToString()).ToList();
        Assert.Equal(texts.Order(StringComparer.Ordinal), texts);
        Span<byte> utf8 = stackalloc byte[RecordId.TextLength];
        foreach (var id in ids)
        {
            Assert.True(RecordId.TryParse(id.ToString(), out var parsed));
            Assert.Equal(id, parsed);
            id.Format(utf8);
            Assert.Equal(id.ToString(), System.Text.Encoding.ASCII.GetString(utf8));
        }

        Assert.False(RecordId.TryParse("00", out _));
        Assert.False(RecordId.TryParse(new string('g', RecordId.TextLength), out _));
    }
}
