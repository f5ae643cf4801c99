using System.Text;
using Sluice.Configuration.Tests.Support;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Sluice.Configuration.Tests.Properties;

/// <summary>Seeded random checks; a failure names its seed.</summary>
public sealed class ConfigurationProperties
{
    [Fact]
    public void A_printed_tree_loads_into_the_same_tree() => ForSeeds(2000, random =>
    {
        var tree = new RandomTrees(random).Map(4);

        TreeComparer.Equal(tree, Load.Valid(ConfigPrinter.Print(tree, _ => false).Replace("\"[redacted]\"", "x", StringComparison.Ordinal)));
    });

    [Fact]
    public void A_tree_written_by_the_library_loads_into_the_same_tree() => ForSeeds(1000, random =>
    {
        // The library writes no long keys that it could read.
        var tree = new RandomTrees(random, longest: 100).Map(4);
        var text = new StringWriter();
        var emitter = new Emitter(text, new EmitterSettings(2, int.MaxValue, isCanonical: false, maxSimpleKeyLength: 1024));
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart());
        Emit(emitter, tree);
        emitter.Emit(new DocumentEnd(true));
        emitter.Emit(new StreamEnd());

        TreeComparer.Equal(tree, Load.Valid(text.ToString()));
    });

    [Fact]
    public void Random_text_gives_a_tree_or_diagnostics_and_never_an_exception() => ForSeeds(5000, random =>
    {
        const string Alphabet = "abc:  \n\n\t-[]{},&*!|>'\"%@`#?<$e0x~\\\u0000\u0085\uFEFFé";
        var text = string.Concat(Enumerable.Range(0, random.Next(80)).Select(_ => Alphabet[random.Next(Alphabet.Length)]));

        Survives(text);
    });

    [Fact]
    public void Mutated_configuration_gives_a_tree_or_diagnostics_and_never_an_exception() => ForSeeds(5000, random =>
    {
        var text = new StringBuilder("base: &b {width: 1}\nshop:\n  <<: *b\n  name: ${env:A:-x}\n  doors:\n    - {code: 'x'}\n  extra: |\n    text\n");
        for (var i = random.Next(1, 6); i > 0; i--)
        {
            var at = random.Next(text.Length);
            switch (random.Next(3))
            {
                case 0:
                    text.Remove(at, 1);
                    break;
                case 1:
                    text.Insert(at, (char)random.Next(1, 0x100));
                    break;
                default:
                    text.Insert(at, text.ToString(at, Math.Min(random.Next(1, 20), text.Length - at)));
                    break;
            }
        }

        Survives(text.ToString());
    });

    [Fact]
    public void Random_bytes_give_a_tree_or_diagnostics_and_never_an_exception() => ForSeeds(3000, random =>
    {
        var bytes = new byte[random.Next(200)];
        random.NextBytes(bytes);

        Survives(Encoding.UTF8.GetString(bytes));
    });

    [Fact]
    public void Merging_equals_a_plain_model() => ForSeeds(1000, random =>
    {
        var trees = Enumerable.Range(0, random.Next(1, 4)).Select(_ => new SmallTrees(random).Map(3)).ToList();
        var loaded = new ConfigurationLoader(new FakeEnvironment()).Load(
            trees.Select((tree, i) => ConfigSource.FromText($"s{i}", ConfigPrinter.Print(tree, _ => false))));
        Assert.False(loaded.Diagnostics.HasErrors);

        var model = new Dictionary<string, object?>(StringComparer.Ordinal);
        trees.ForEach(tree => MergeInto(model, tree));

        Assert.Equal(Show(model), Show(ToModel(loaded.Root)));
    });

    [Fact]
    public void No_secret_from_the_environment_shows_in_print_or_diagnostics() => ForSeeds(2000, random =>
    {
        var secret = "hunter" + random.Next(100_000, 999_999);
        var noise = new RandomTrees(random).Text().Replace("\0", "", StringComparison.Ordinal);
        var environment = new FakeEnvironment
        {
            Variables = { ["SECRET"] = new[] { secret, noise + secret, secret + noise, $"{secret}: 1", $"a: {secret}", $"[{secret}]", $"{{a: [{secret}]}}" }[random.Next(7)] },
            Files = { ["secret"] = secret + "\n" },
        };
        var placeholder = new[] { "${env:SECRET}", "${file:secret}", "x-${SECRET}", "${env:NONE:-${env:SECRET}}", "${env:${env:SECRET}}", "${yaml:${SECRET}}" }[random.Next(6)];
        var keys = new[]
        {
            "endpoint", "open", "send_batch_size", "ratio", "timeout", "max_bytes", "compression", "api_key", "cap", "shelves", "headers", "doors", "retry",
            "front", "unknown", "sizer", "read_buffer_size",
        };
        var yaml = $"name: x\n{keys[random.Next(keys.Length)]}: " + new[] { $"'{placeholder}'", $"['{placeholder}']", $"{{code: '{placeholder}'}}" }[random.Next(3)];
        var loaded = Load.Yaml(yaml, environment);
        var options = OptionBinder.Bind<ShopOptions>(loaded.Root, loaded.Diagnostics, "shop");
        var secrets = new SecretNodes();
        secrets.Add(loaded.Root, typeof(ShopOptions));

        Assert.DoesNotContain(secret, DiagnosticFormatter.Format(loaded.Diagnostics), StringComparison.Ordinal);
        Assert.DoesNotContain(secret, options.ApiKey?.ToString() ?? "", StringComparison.Ordinal);
        Assert.DoesNotContain(secret, PrintSecretKeysOf(loaded.Root, secrets), StringComparison.Ordinal);
    });

    /// <summary>What is printed of keys that hold secrets or that nothing declares; other values are there to be printed.</summary>
    private static string PrintSecretKeysOf(ConfigMap root, SecretNodes secrets)
    {
        var kept = root.Entries.Where(e => e.Key is "api_key" or "headers" or "unknown" or "sizer" or "read_buffer_size");
        return ConfigPrinter.Print(new ConfigMap(default, [.. kept]), secrets);
    }

    private static void Survives(string text)
    {
        var loaded = Load.Yaml(text);
        OptionBinder.Bind<ShopOptions>(loaded.Root, loaded.Diagnostics, "shop");
        foreach (var diagnostic in loaded.Diagnostics.Items)
        {
            Assert.False(diagnostic.Message.Length == 0 || diagnostic.Remedy.Length == 0);
            Assert.True(diagnostic.Position is null or { Line: >= 1, Column: >= 1 });
        }

        Assert.NotEmpty(loaded.Diagnostics.Items);
    }

    private static void Emit(Emitter emitter, ConfigNode node)
    {
        switch (node)
        {
            case ConfigMap map:
                emitter.Emit(new MappingStart());
                foreach (var entry in map.Entries)
                {
                    emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, entry.Key, ScalarStyle.DoubleQuoted, false, true));
                    Emit(emitter, entry.Value);
                }

                emitter.Emit(new MappingEnd());
                break;
            case ConfigList list:
                emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, true, SequenceStyle.Block));
                foreach (var item in list.Items)
                {
                    Emit(emitter, item);
                }

                emitter.Emit(new SequenceEnd());
                break;
            case ConfigScalar scalar:
                var style = scalar.Kind == ScalarKind.String ? ScalarStyle.DoubleQuoted : ScalarStyle.Plain;
                emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, scalar.Text.Replace("$", "$$", StringComparison.Ordinal), style, true, true));
                break;
        }
    }

    private static void MergeInto(Dictionary<string, object?> below, ConfigMap above)
    {
        foreach (var entry in above.Entries)
        {
            if (entry.Value is ConfigMap map && below.GetValueOrDefault(entry.Key) is Dictionary<string, object?> inner)
            {
                MergeInto(inner, map);
            }
            else
            {
                below[entry.Key] = ToModel(entry.Value);
            }
        }
    }

    private static object? ToModel(ConfigNode node) => node switch
    {
        ConfigMap map => map.Entries.ToDictionary(e => e.Key, e => ToModel(e.Value), StringComparer.Ordinal),
        ConfigList list => list.Items.Select(ToModel).ToList(),
        ConfigScalar { IsNull: true } => null,
        _ => ((ConfigScalar)node).Text,
    };

    private static string Show(object? model) => model switch
    {
        Dictionary<string, object?> map => "{" + string.Join(",", map.OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => e.Key + ":" + Show(e.Value))) + "}",
        List<object?> list => "[" + string.Join(",", list.Select(Show)) + "]",
        _ => model?.ToString() ?? "null",
    };

    private static void ForSeeds(int count, Action<Random> check)
    {
        for (var seed = 0; seed < count; seed++)
        {
            try
            {
                check(new Random(seed));
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"Failed for seed {seed}: {exception}", exception);
            }
        }
    }
}
