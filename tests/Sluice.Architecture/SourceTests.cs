using System.Text.RegularExpressions;

namespace Sluice.Architecture;

/// <summary>House rules that the compiler and its analyzers do not know.</summary>
public sealed partial class SourceTests
{
    private const int MaximumLines = 500;

    private static IReadOnlyList<string> Product => Repository.Sources("src");

    private static IReadOnlyList<string> All => Repository.Sources("src", "tests", "benchmarks");

    [Fact]
    public void No_file_is_longer_than_500_lines() =>
        Violations.None(All.Select(file => (file, lines: Repository.Lines(file).Length)).Where(x => x.lines > MaximumLines));

    [Fact]
    public void Namespaces_are_file_scoped() =>
        Violations.None(All.Where(file => BlockNamespace().IsMatch(Repository.Text(file))));

    [Fact]
    public void There_are_no_regions() => Violations.None(All.Where(file => Region().IsMatch(Repository.Text(file))));

    /// <summary>Records and enums that hold only data may share a file: a tree of options reads best in one piece.</summary>
    [Fact]
    public void A_file_holds_one_public_type_with_behaviour()
    {
        var wrong = Product.Where(file => PublicType().Matches(Repository.Text(file)).Select(m => m.Groups["name"].Value).Distinct().Count() > 1
            && !IsTypeWithItsGenericOrInterface(file));

        Violations.None(wrong);
    }

    [Fact]
    public void There_are_no_leftovers() =>
        Violations.None(All.Where(file => file != "tests/Sluice.Architecture/SourceTests.cs" && Leftover().IsMatch(Repository.Text(file))));

    /// <summary>The banned symbols cover the usual overloads; this covers the ones that take a clock, and sleeping by other names.</summary>
    [Fact]
    public void Tests_wait_only_with_eventually()
    {
        var wrong = Repository.Sources("tests")
            .Where(file => file is not ("tests/Sluice.Testing/Eventually.cs" or "tests/Sluice.Architecture/SourceTests.cs"))
            .Where(file => Sleeping().IsMatch(Repository.Text(file)));

        Violations.None(wrong);
    }

    [Fact]
    public void A_file_that_lifts_the_ban_on_unsafe_code_says_why()
    {
        var wrong = Product.Where(file => Repository.Lines(file).Any(line =>
            line.Contains("#pragma warning disable RS0030", StringComparison.Ordinal) && !line.Contains("//", StringComparison.Ordinal))
            && !Repository.Lines(file).TakeWhile(line => !line.StartsWith("#pragma warning disable RS0030", StringComparison.Ordinal)).Any(line => line.StartsWith("//", StringComparison.Ordinal)));

        Violations.None(wrong);
    }

    /// <summary>The version of the client, and the client itself, are to be changeable in one place.</summary>
    [Fact]
    public void Only_the_kafka_seam_knows_its_client()
    {
        const string Seam = "src/Sluice.Transport/Kafka/";
        var sources = Product.Where(file => !file.StartsWith(Seam, StringComparison.Ordinal) && KafkaClient().IsMatch(Repository.Text(file)));
        var projects = Repository.Projects("src").Where(project =>
            project != "src/Sluice.Transport/Sluice.Transport.csproj" && KafkaClient().IsMatch(Repository.Text(project)));
        var surface = Product.Where(file => file.StartsWith(Seam, StringComparison.Ordinal) && PublicKafkaClient().IsMatch(Repository.Text(file)));

        Assert.Contains(Product, file => file.StartsWith(Seam, StringComparison.Ordinal));
        Violations.None([.. sources, .. projects, .. surface]);
    }

    /// <summary>A contract and its base class for implementers, or a type and its generic form, read best together.</summary>
    private static bool IsTypeWithItsGenericOrInterface(string file)
    {
        var name = Path.GetFileNameWithoutExtension(file).Split('.')[0];
        return PublicType().Matches(Repository.Text(file)).Select(m => m.Groups["name"].Value)
            .All(type => type == name || type == "I" + name || type + "s" == name || name + "s" == type || type == name + "Extensions");
    }

    [GeneratedRegex(@"^namespace [\w.]+\s*\{?\s*$", RegexOptions.Multiline)]
    private static partial Regex BlockNamespace();

    [GeneratedRegex(@"^\s*#region", RegexOptions.Multiline)]
    private static partial Regex Region();

    [GeneratedRegex(@"^public (?:(?:sealed|static|abstract|partial|readonly|ref|unsafe) )*(?:class|struct|interface) (?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex PublicType();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b|throw new NotImplementedException")]
    private static partial Regex Leftover();

    [GeneratedRegex(@"\bThread\.Sleep\(|\bTask\.Delay\(|\bSpinWait\.SpinUntil\(")]
    private static partial Regex Sleeping();

    [GeneratedRegex(@"Confluent\.Kafka|\brd_kafka_")]
    private static partial Regex KafkaClient();

    [GeneratedRegex(@"^\s*(?:public|protected) .*\bConfluent\.", RegexOptions.Multiline)]
    private static partial Regex PublicKafkaClient();
}
