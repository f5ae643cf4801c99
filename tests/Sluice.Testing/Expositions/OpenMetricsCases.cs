namespace Sluice.Testing.Expositions;

/// <summary>
/// Pages of OpenMetrics, after the cases of its test suite (https://github.com/prometheus/OpenMetrics, <c>tests/testdata/parsers</c>, which come from
/// the reference parser in https://github.com/prometheus/client_python, <c>tests/openmetrics/test_parser.py</c>) and of Prometheus' own parser
/// (https://github.com/prometheus/prometheus, <c>model/textparse/openmetricsparse_test.go</c>).
/// </summary>
public static class OpenMetricsCases
{
    private const string End = "# EOF\n";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ExpositionCase> All { get; } = [.. Right(), .. Lenient(), .. Wrong()];

    private static IEnumerable<ExpositionCase> Right()
    {
        yield return Case("nothing", "");
        yield return new("no line feed behind the end", "a 1\n# EOF", true, ExpositionVerdict.Right);
        yield return Case("a counter", "# TYPE a counter\n# HELP a help\na_total 1\n");
        yield return Case("a counter beyond 63 bits", "# TYPE a counter\n# HELP a help\na_total 9223372036854775808\n");
        yield return Case("a gauge", "# TYPE a gauge\n# HELP a help\na 1\n");
        yield return Case("a gauge with decimals", "# TYPE a gauge\n# HELP a help\na 1.2\n");
        yield return Case("a gauge with signs and exponents", "# TYPE a gauge\na{b=\"1\"} +1\na{b=\"2\"} -1.5e-3\na{b=\"3\"} 2E+2\na{b=\"4\"} .5\na{b=\"5\"} 5.\n");
        yield return Case("leading zeros", "# TYPE a gauge\na 000.50\n");
        yield return Case("infinities and NaN", "# TYPE a gauge\na{b=\"1\"} +Inf\na{b=\"2\"} -Inf\na{b=\"3\"} Inf\na{b=\"4\"} inf\na{b=\"5\"} +infinity\n");
        yield return Case("a unit", "# TYPE a_seconds gauge\n# UNIT a_seconds seconds\n# HELP a_seconds help\na_seconds 1\n");
        yield return Case("an empty unit", "# TYPE a gauge\n# UNIT a \na 1\n");
        yield return Case("a summary", "# TYPE a summary\n# HELP a help\na_count 1\na_sum 2\n");
        yield return Case("a summary with quantiles", "# TYPE a summary\n# HELP a help\na_count 1\na_sum 2\na{quantile=\"0.5\"} 0.7\na{quantile=\"1\"} 0.8\n");
        yield return Case("a histogram", "# TYPE a histogram\n# HELP a help\na_bucket{le=\"1.0\"} 0\na_bucket{le=\"+Inf\"} 3\na_count 3\na_sum 2\n");
        yield return Case("a histogram with bounds below zero", "# TYPE a histogram\na_bucket{le=\"-1.0\"} 1\na_bucket{le=\"1.0\"} 2\na_bucket{le=\"+Inf\"} 3\na_count 3\n");
        yield return Case("a gauge histogram", "# TYPE a gaugehistogram\n# HELP a help\na_bucket{le=\"1.0\"} 0\na_bucket{le=\"+Inf\"} 3\na_gcount 3\na_gsum 2\n");
        yield return Case("exemplars of buckets", "# TYPE a histogram\na_bucket{le=\"1.0\"} 0 # {a=\"b\"} 0.5\na_bucket{le=\"2.0\"} 2 # {a=\"c\"} 0.5\na_bucket{le=\"+Inf\"} 3 # {a=\"2345678901234567890123456789012345678901234567890123456789012345678901234567890123456789\"} 4 123\na_count 3\n");
        yield return Case("an exemplar without labels", "# TYPE a counter\na_total 1 # {} 1\n");
        yield return Case("an exemplar of a counter", "# TYPE a counter\n# HELP a help\na_total 0 123 # {a=\"b\"} 0.5\n");
        yield return Case("an info", "# TYPE a info\n# HELP a help\na_info{foo=\"bar\"} 1\n");
        yield return Case("a set of states", "# TYPE a stateset\n# HELP a help\na{a=\"bar\"} 0\na{a=\"foo\"} 1.0\n");
        yield return Case("since when a counter counts", "# TYPE a counter\n# HELP a help\na_total 1\na_created 1520872607.123\n");
        yield return Case("since when a histogram counts", "# TYPE a histogram\na_bucket{le=\"0.0\"} 0\na_bucket{le=\"+Inf\"} 17\na_count 17\na_sum 324789.3\na_created 1520872609.125\n");
        yield return Case("nothing said of a metric", "a 1\n");
        yield return Case("an unknown type", "# HELP a help\n# TYPE a unknown\na{b=\"1\"} 10.0\na{b=\"2\"} 12.0\n");
        yield return Case("braces within a value", "# TYPE a counter\na_total{foo=\"bar\",bar=\"b{a}z\"} 1\n");
        yield return Case("an empty help", "# TYPE a counter\n# HELP a \na_total 1\n");
        yield return Case("empty braces", "# TYPE a counter\na_total{} 1\n");
        yield return Case("an empty label", "# TYPE a gauge\na{foo=\"bar\"} 1\na{foo=\"\"} 2\n");
        yield return Case("escapes in values", "# TYPE a gauge\na{foo=\"b\\\"a\\nr\"} 1\na{foo=\"b\\\\a\\\\z\"} 2\na{foo=\"\\\\\\\\\\\\n\"} 3\n");
        yield return Case("escapes in a help", "# HELP a he\\n\\\\l\\tp \\\"\n# TYPE a gauge\na 1\n");
        yield return Case("what looks like a comment within a value", "a{foo=\"# EOF\",bar=\"} 1 # {x=\\\"y\\\"} 1\"} 1\n");
        yield return Case("times", "# TYPE a gauge\na{foo=\"1\"} 1 000\na{foo=\"2\"} 1 0.0\na{foo=\"3\"} 1 1.1\na{foo=\"5\"} 1 1.5e3\n");
        yield return Case("underscores at the beginning", "_a{_b=\"c\"} 1\n");
        yield return Case("colons in a name", "some:aggregate:rate5m{a_b=\"c\"} 1\n");
        yield return Case("a zero byte within a value", "a{a=\"abc\0\"} 1\n");
        yield return Case("letters of other scripts in a value", "a{a=\"日本 ü €\"} 1\n");
    }

    /// <summary>What lines mean together is not held against the specification, as Prometheus does not: their samples are right one by one.</summary>
    private static IEnumerable<ExpositionCase> Lenient()
    {
        ExpositionCase Of(string name, string page) => new(name, page + End, true, ExpositionVerdict.Lenient);
        yield return Of("a counter of NaN", "# TYPE a counter\na_total NaN\n");
        yield return Of("a counter below zero", "# TYPE a counter\na_total -1\n");
        yield return Of("a histogram with a sum alone", "# TYPE a histogram\na_sum 1\n");
        yield return Of("a histogram without its last bucket", "# TYPE a histogram\na_bucket{le=\"1.0\"} 0\na_count 0\na_sum 0\n");
        yield return Of("a histogram with a count that is not its last bucket", "# TYPE a histogram\na_bucket{le=\"+Inf\"} 0\na_count 1\n");
        yield return Of("buckets that fall", "# TYPE a histogram\na_bucket{le=\"1.0\"} 2\na_bucket{le=\"+Inf\"} 1\na_count 1\n");
        yield return Of("buckets out of order", "# TYPE a histogram\na_bucket{le=\"2.0\"} 0\na_bucket{le=\"1.0\"} 0\na_bucket{le=\"+Inf\"} 0\na_count 0\n");
        yield return Of("half a thing in a bucket", "# TYPE a histogram\na_bucket{le=\"+Inf\"} 0.5\na_count 0.5\n");
        yield return Of("a bucket without its bound", "# TYPE a histogram\na_bucket 0\n");
        yield return Of("a quantile of NaN", "# TYPE a summary\na{quantile=\"NaN\"} 0\n");
        yield return Of("a quantile beyond one", "# TYPE a summary\na{quantile=\"1.01\"} 0\na_count 1\n");
        yield return Of("a quantile that is a word", "# TYPE a summary\na{quantile=\"foo\"} 0\n");
        yield return Of("an info of 2", "# TYPE a info\na_info{foo=\"bar\"} 2\n");
        yield return Of("a state of 2", "# TYPE a stateset\na{a=\"bar\"} 2\n");
        yield return Of("metrics that take turns", "# TYPE a gauge\na{x=\"1\"} 1\nb 2\na{x=\"2\"} 3\n");
        yield return Of("a type behind its samples", "a 1\n# TYPE a gauge\n");
        yield return Of("two types", "# TYPE a gauge\n# TYPE a counter\na 1\n");
        yield return Of("two helps", "# HELP a one\n# HELP a two\na 1\n");
        yield return Of("a counter without total", "# TYPE a counter\na 1\n");
        yield return Of("an exemplar of a gauge", "# TYPE a gauge\na 1 # {a=\"b\"} 0.5\n") with { IsRefusedByPrometheus242 = true };
        yield return Of("exemplars of a summary", "# TYPE a summary\na_count 2.0 # {id=\"x\"} 1 123.321\na_sum 42.0 # {id=\"y\"} 1 123.321\n") with { IsRefusedByPrometheus242 = true };
        yield return Of("a unit of an info", "# TYPE x_u info\n# UNIT x_u u\nx_u_info 1\n");
    }

    private static IEnumerable<ExpositionCase> Wrong()
    {
        ExpositionCase Whole(string name, string page) => new(name, page, true, ExpositionVerdict.Wrong);
        ExpositionCase Of(string name, string page) => Whole(name, page + End);

        yield return Whole("empty", "");
        yield return Whole("a line feed", "\n");
        yield return Whole("no end", "a 1\n");
        yield return Whole("no end and no line feed", "a 1");
        yield return Whole("a name alone", "a");
        yield return Whole("text behind the end", "a 1\n# EOF\nblah");
        yield return Whole("text right behind the end", "a 1\n# EOFblah");
        yield return Whole("an empty line behind the end", "# EOF\n\n");
        yield return Whole("a blank before the end", " # EOF\n");
        yield return Of("an empty line", "a 1\n\n");
        yield return Of("a carriage return", "a 1\r\n");
        yield return Of("a comment", "# a comment\na 1\n");
        yield return Of("a value without quotes", "a{a=1} 1\n");
        yield return Of("a quote that does not close", "a{a=\"1} 1\n");
        yield return Of("single quotes", "a{a='1'} 1\n");
        yield return Of("a label without a value", "a{a} 1\n");
        yield return Of("a label without a name", "a{=\"1\"} 1\n");
        yield return Of("a brace that does not close", "a{a=\"1\" 1\n");
        yield return Of("a comma alone", "a{,} 1\n");
        yield return Of("a comma at the beginning", "a{,b=\"c\"} 1\n");
        yield return Of("a comma behind the last label", "a{a=\"1\",b=\"2\",} 1\n");
        yield return Of("no comma", "a{a=\"1\"b=\"2\"} 1\n");
        yield return Of("two commas", "a{a=\"1\",,b=\"2\"} 1\n");
        yield return Of("a label with a digit first", "a{1a=\"1\"} 1\n");
        yield return Of("a label with a dash", "a{b-c=\"1\"} 1\n");
        yield return Of("a label with a colon", "a{b:c=\"1\"} 1\n");
        yield return Of("a label twice", "a{b=\"1\",b=\"2\"} 1\n");
        yield return Of("no value", "a\n");
        yield return Of("a blank for a value", "a \n");
        yield return Of("a help of nothing", "# HELP\n");
        yield return Of("a help of a blank", "# HELP \n");
        yield return Of("a help without its text", "# HELP a\n");
        yield return Of("a help with a tab", "# HELP a\t\n");
        yield return Of("a blank before a help", " # HELP a meh\n");
        yield return Of("two blanks before a help", "#  HELP a meh\n");
        yield return Of("a tab before a type", "#\tTYPE a counter\n");
        yield return Of("a type of nothing", "# TYPE\n");
        yield return Of("a type of a blank", "# TYPE \n");
        yield return Of("a type without its word", "# TYPE a\n");
        yield return Of("a type with a tab", "# TYPE a\t\n");
        yield return Of("a type that there is not", "# TYPE a meh\n");
        yield return Of("the old word for unknown", "# TYPE a untyped\n");
        yield return Of("a blank behind a type", "# TYPE a gauge \n");
        yield return Of("two blanks before a type", "# TYPE a  gauge\n");
        yield return Of("a unit of nothing", "# UNIT\n");
        yield return Of("a unit of a blank", "# UNIT \n");
        yield return Of("a unit without its word", "# UNIT a\n");
        yield return Of("a unit with a tab", "# UNIT a\t\n");
        yield return Of("a unit that is not in the name", "# UNIT a seconds\n");
        yield return Of("a unit that has no underscore before it", "# UNIT aseconds seconds\n");
        yield return Of("a blank behind a unit", "# UNIT a_seconds seconds \n");
        yield return Of("a name with a digit first", "0a 1\n");
        yield return Of("a name with a dot", "a.b 1\n");
        yield return Of("a name with a dash", "a-b 1\n");
        yield return Of("a name with an umlaut", "aü 1\n");
        yield return Of("a blank before a name", " a 1\n");
        yield return Of("a word for a value", "a a\n");
        yield return Of("true for a value", "a true\n");
        yield return Of("two blanks before a value", "a  1\n");
        yield return Of("a tab before a value", "a\t1\n");
        yield return Of("a tab behind a value", "a 1\t\n");
        yield return Of("a blank behind a value", "a 1 \n");
        yield return Of("underscores in a value", "a 1_2\n");
        yield return Of("a hexadecimal value", "a 0x1p-3\n");
        yield return Of("a value beyond all numbers", "a 1e999\n");
        yield return Of("a word for a time", "a 1 z\n");
        yield return Of("letters in a time", "a 1 1z\n");
        yield return Of("underscores in a time", "a 1 1_2\n");
        yield return Of("two points in a time", "a 1 1.1.1\n");
        yield return Of("a time of NaN", "a 1 NaN\n");
        yield return Of("an infinite time", "a 1 Inf\n");
        yield return Of("a blank behind a time", "a 1 2 \n");
        yield return Of("two times", "a 1 1 1\n");
        yield return Of("an exemplar of nothing", "# TYPE a histogram\na_bucket{le=\"+Inf\"} 1 #\n");
        yield return Of("no blank before an exemplar", "# TYPE a histogram\na_bucket{le=\"+Inf\"} 1# {} 1\n");
        yield return Of("no blank in an exemplar", "# TYPE a histogram\na_bucket{le=\"+Inf\"} 1 #{} 1\n");
        yield return Of("no blank before the value of an exemplar", "# TYPE a histogram\na_bucket{le=\"+Inf\"} 1 # {}1\n");
        yield return Of("a blank behind an exemplar", "# TYPE a histogram\na_bucket{le=\"+Inf\"} 1 # {} 1 \n");
        yield return Of("a blank behind the time of an exemplar", "# TYPE a histogram\na_bucket{le=\"+Inf\"} 1 # {} 1 1 \n");
        yield return Of("an exemplar without a value", "a_total 1 # {aa=\"bb\"}\n");
        yield return Of("an exemplar whose label has no quotes", "a_total 1 # {aa=bb}\n");
        yield return Of("an exemplar whose label has no value", "a_total 1 # {aa=\"bb\",cc=}\n");
        yield return Of("an exemplar with two commas", "a_total 1 # {aa=\"bb\",,cc=\"dd\"} 1\n");
        yield return Of("an exemplar with a name alone", "a_total 1 # {bb} 1\n");
        yield return Of("an exemplar of a word", "a_total 1 # {aa=\"bb\"} true\n");
        yield return Of("underscores in an exemplar", "a_total 1 # {aa=\"bb\"} 1_2\n");
        yield return Of("an exemplar with a time of NaN", "# TYPE a histogram\na_bucket{le=\"+Inf\"} 1 # {aa=\"bb\"} 4 NaN\n");
        yield return Of("an exemplar with an infinite time", "# TYPE a histogram\na_bucket{le=\"+Inf\"} 1 # {aa=\"bb\"} 4 -Inf\n");
        yield return Of("labels without a name", "{b=\"c\"} 1\n");
        yield return Of("a zero byte before a value", "a{b=\0\"c\"} 1\n");
        yield return Of("a zero byte in a name", "a\0{b=\"c\"} 1\n");
    }

    private static ExpositionCase Case(string name, string page) => new(name, page + End, true, ExpositionVerdict.Right);
}
