using Sluice.Components.Exporters.PrometheusRemoteWriteExporter.Series;
using Second = Prometheus.RemoteWrite.Proto2;

namespace Sluice.Components.Tests.Exporters.PrometheusRemoteWriteExporter;

public sealed class SymbolTableTests
{
    [Fact]
    public void A_string_has_one_number_until_nothing_has_it_any_more()
    {
        var table = new SymbolTable();
        var (a, b) = (table.Intern("a"), table.Intern("b"));
        Assert.Equal((SymbolTable.Empty, a, b), (table.Intern(""), table.Intern("a"), table.Intern("b")));
        Assert.NotEqual(a, b);

        table.BeginSweep();
        table.Mark(b);
        table.EndSweep();

        Assert.Equal((SymbolTable.Empty, a, b), (table.Intern(""), table.Intern("c"), table.Intern("b")));
        Assert.Equal("c"u8, table[a]);
        Assert.NotEqual(a, table.Intern("a"));
    }

    [Fact]
    public void Symbols_of_a_request_are_there_once_however_many_there_are_and_whatever_came_before()
    {
        using var pool = new Sluice.Buffers.BufferPool();
        var table = new SymbolTable();
        using var symbols = new RequestSymbols(pool, table);
        var known = Enumerable.Range(0, 1000).Select(i => table.Intern($"known {i}")).ToArray();
        for (var request = 0; request < 3; request++)
        {
            symbols.Begin();
            Assert.Equal(0U, symbols.Of([]));
            Assert.Equal(0U, symbols.Of(SymbolTable.Empty));
            var indices = known.Skip(request * 100).Select(symbols.Of).ToArray();
            Assert.Equal(Enumerable.Range(1, indices.Length).Select(i => (uint)i), indices);
            Assert.Equal(indices, known.Skip(request * 100).Select(symbols.Of));
            Assert.Equal(indices[^1], symbols.Of("known 999"u8));
            Assert.Equal((uint)indices.Length + 1, symbols.Of("other"u8));

            var message = Second.Request.Parser.ParseFrom(symbols.Fields);
            Assert.Equal(["", .. Enumerable.Range(request * 100, indices.Length).Select(i => $"known {i}"), "other"], message.Symbols);
        }
    }
}
