using Sluice.Components.Connectors.Metering;
using Sluice.Components.Connectors.SpanMetricsConnector.Series;
using Sluice.Testing;

namespace Sluice.Components.Tests.Connectors;

public sealed class SeriesTableTests
{
    [Fact]
    public void Series_are_found_while_others_come_and_go()
    {
        var random = new Random(RandomSeed.Value);
        var table = new SeriesTable();
        var model = new Dictionary<int, MeteredSeries>();
        var group = new ResourceGroup(1, [], [], (int)SeriesKind.Events + 1);
        for (var step = 0; step < 20_000; step++)
        {
            var number = random.Next(2000);
            var found = table.Find(BitConverter.GetBytes(number));
            Assert.True(ReferenceEquals(model.GetValueOrDefault(number), found), $"{number} at {step} of SLUICE_SEED={RandomSeed.Value}");
            if (found is null)
            {
                model[number] = new SpanSeries((uint)number, group, SeriesKind.Calls, BitConverter.GetBytes(number), [], null, []);
                table.Add(model[number]);
            }
            else if (random.Next(3) == 0)
            {
                table.Remove(found);
                model.Remove(number);
            }

            Assert.Equal(model.Count, table.Count);
        }
    }
}
