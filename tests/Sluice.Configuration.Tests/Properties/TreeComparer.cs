namespace Sluice.Configuration.Tests.Properties;

/// <summary>Compares trees by what they mean: keys in order, texts, types.</summary>
internal static class TreeComparer
{
    public static void Equal(ConfigNode expected, ConfigNode actual)
    {
        switch (expected)
        {
            case ConfigMap map:
                var other = Assert.IsType<ConfigMap>(actual);
                Assert.Equal(map.Entries.Select(e => e.Key), other.Entries.Select(e => e.Key));
                foreach (var (mine, theirs) in map.Entries.Zip(other.Entries))
                {
                    Equal(mine.Value, theirs.Value);
                }

                break;
            case ConfigList list:
                var items = Assert.IsType<ConfigList>(actual).Items;
                Assert.Equal(list.Items.Count, items.Count);
                foreach (var (mine, theirs) in list.Items.Zip(items))
                {
                    Equal(mine, theirs);
                }

                break;
            case ConfigScalar scalar:
                var value = Assert.IsType<ConfigScalar>(actual);
                Assert.Equal(scalar.Kind, value.Kind);
                Assert.Equal(scalar.IsNull ? "" : scalar.Text, value.IsNull ? "" : value.Text);
                break;
        }
    }
}
