namespace Sluice.Testing.Expositions;

/// <summary>
/// Pages of the text format 0.0.4, after the cases of Prometheus' own parser (https://github.com/prometheus/prometheus,
/// <c>model/textparse/promparse_test.go</c>) and the description of the format
/// (https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format).
/// </summary>
public static class TextFormatCases
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<ExpositionCase> All { get; } = [.. Right(), .. Wrong()];

    private static IEnumerable<ExpositionCase> Right()
    {
        ExpositionCase Of(string name, string page) => new(name, page, false, ExpositionVerdict.Right);
        yield return Of("nothing", "");
        yield return Of("empty lines", "\n\na 1\n\n");
        yield return Of("no line feed at the end", "a 1");
        yield return Of("a summary", "# HELP a help\n# TYPE a summary\na{quantile=\"0\"} 4.9351e-05\na{quantile=\"0.25\"} 7.424100000000001e-05\na_sum 17\na_count 99\n");
        yield return Of("a histogram", "# TYPE a histogram\na_bucket{le=\"0.5\"} 1\na_bucket{le=\"+Inf\"} 2\na_sum 1.5\na_count 2\n");
        yield return Of("blanks and tabs in a comment", "# \tTYPE a gauge\na 1\n");
        yield return Of("a comma behind the last label", "a{b=\"c\",} 1\n");
        yield return Of("blanks around labels", "a { b = \"c\" , d= \"e\" } 1\n");
        yield return Of("a tab before the value", "a{b=\"c\"}\t1\n");
        yield return Of("blanks before the time", "a 33  \t123123\n");
        yield return Of("a time before 1970", "a 1 -3982045\n") with { IsRefusedByPrometheus242 = true };
        yield return Of("comments", "# Hrandom comment that begins like HELP\n#\n# comment with \\n and \\\na 1\n");
        yield return Of("helps without a text", "# HELP a\n# HELP b \na 1\nb 2\n");
        yield return Of("escapes", "# HELP a he\\n\\\\l\\tp\n# TYPE a gauge\na{foo=\"b\\\"a\\nr\",bar=\"b\\\\a\\z\"} 1\n");
        yield return Of("underscores and colons", "_a:b:c{_d=\"e\"} 1\n");
        yield return Of("infinities", "a{b=\"1\"} +Inf\na{b=\"2\"} -Inf\na{b=\"3\"} Inf\na{b=\"4\"} +infinity\na{b=\"5\"} INF\n");
        yield return Of("the old word for unknown", "# TYPE a untyped\na 1\n");
        yield return Of("a zero byte in a help and a value", "# HELP a foo\0bar\na{b=\"abc\0\"} 1\n");
        yield return Of("letters of other scripts", "# HELP a über\na{b=\"日本\"} 1\n");
        yield return Of("the example of the description", "# HELP http_requests_total The total number of HTTP requests.\n# TYPE http_requests_total counter\nhttp_requests_total{method=\"post\",code=\"200\"} 1027 1395066363000\nhttp_requests_total{method=\"post\",code=\"400\"}    3 1395066363000\n\nmsdos_file_access_time_seconds{path=\"C:\\\\DIR\\\\FILE.TXT\",error=\"Cannot find file:\\n\\\"FILE.TXT\\\"\"} 1.458255915e9\n\nmetric_without_timestamp_and_labels 12.47\n\nsomething_weird{problem=\"division by zero\"} +Inf -3982045\n") with { IsRefusedByPrometheus242 = true };
    }

    private static IEnumerable<ExpositionCase> Wrong()
    {
        ExpositionCase Of(string name, string page) => new(name, page, false, ExpositionVerdict.Wrong);
        yield return Of("a name alone", "a");
        yield return Of("a carriage return", "a 1\r\n");
        yield return Of("single quotes", "a{b='c'} 1\n");
        yield return Of("a label without a value", "a{b=\n");
        yield return Of("a quote that does not close", "something_weird{problem=\"\n");
        yield return Of("a label without a name", "empty_label_name{=\"\"} 0\n");
        yield return Of("a label twice", "a{b=\"1\",b=\"2\"} 1\n");
        yield return Of("true for a value", "a true\n");
        yield return Of("underscores in a value", "foo 1_2\n");
        yield return Of("a hexadecimal value", "foo 0x1p-3\n");
        yield return Of("a value beyond all numbers", "foo 1e999\n");
        yield return Of("underscores in a time", "foo 0 1_2\n");
        yield return Of("a time with a point", "foo 0 1.5\n");
        yield return Of("labels without a name", "{a=\"ok\"} 1\n");
        yield return Of("a type of a sign", "# TYPE #\n");
        yield return Of("a help of a sign", "# HELP #\n");
        yield return Of("a type that there is not", "# TYPE a meh\na 1\n");
        yield return Of("a type of OpenMetrics alone", "# TYPE a stateset\na 1\n");
        yield return Of("two times", "a 1 2 3\n");
        yield return Of("an exemplar", "a_total 1 # {b=\"c\"} 1\n");
        yield return Of("a name with a dash", "a-b 1\n");
        yield return Of("a zero byte before a value", "a{b=\0\"c\"} 1\n");
        yield return Of("a zero byte behind a time", "a 0 1\0\n");
        yield return Of("a label with a dash", "a{b-c=\"d\"} 1\n");
    }
}
