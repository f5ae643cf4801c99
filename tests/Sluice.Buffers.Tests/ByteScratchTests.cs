using System.Text;

namespace Sluice.Buffers.Tests;

public sealed class ByteScratchTests
{
    private readonly ByteScratch _scratch = new();

    [Fact]
    public void Numbers_stand_with_their_lowest_byte_first()
    {
        _scratch.Append((byte)1);
        _scratch.Append(2);
        _scratch.Append(3UL);
        _scratch.Append(0.5);
        _scratch.AppendVarint(300);

        Assert.Equal("01-02-00-00-00-03-00-00-00-00-00-00-00-00-00-00-00-00-00-E0-3F-AC-02", BitConverter.ToString(_scratch.Span.ToArray()));
    }

    [Theory]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(100_000)]
    public void What_is_longer_than_its_memory_is_whole_and_what_was_read_before_stays(int length)
    {
        byte[] bytes = [.. Enumerable.Range(0, length).Select(at => (byte)at)];
        _scratch.Append("before"u8);
        var before = _scratch.Span;

        bytes.CopyTo(_scratch.Take(length));
        bytes.CopyTo(_scratch.Reserve(length));
        _scratch.Advance(length);
        _scratch.Append(before);

        Assert.Equal("before", Encoding.UTF8.GetString(before));
        Assert.Equal([.. "before"u8, .. bytes, .. bytes, .. "before"u8], _scratch.Span.ToArray());
        Assert.Equal(bytes, _scratch.Slice(before.Length, length).ToArray());
        Assert.Equal((2 * length) + 12, _scratch.Length);
    }

    [Fact]
    public void What_is_forgotten_leaves_room_for_what_follows()
    {
        _scratch.Append("before"u8);
        _scratch.Clear();
        _scratch.Append("now"u8);

        Assert.Equal("now", Encoding.UTF8.GetString(_scratch.Span));
    }
}
