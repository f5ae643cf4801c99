using System.Globalization;
using System.Text;

namespace Sluice.Testing.Prometheus;

/// <summary>
/// Reads the text format 0.0.4 and OpenMetrics 1.0, with names in quotes as Prometheus 3 has them, and refuses what Prometheus refuses. Written from the
/// grammars, without anything of what is tested.
/// </summary>
public sealed class StrictParser(bool isOpenMetrics)
{
    private static readonly string[] OpenTypes = ["counter", "gauge", "histogram", "summary", "info", "unknown"];
    private static readonly string[] TextTypes = ["counter", "gauge", "histogram", "summary", "untyped"];

    private readonly List<ParsedMetric> _metrics = [];
    private readonly HashSet<string> _series = [];
    private readonly HashSet<string> _bounds = [];
    private string _line = "";
    private int _at;

    /// <summary>Reads a whole answer.</summary>
    /// <exception cref="FormatException">It is not right.</exception>
    public static List<ParsedMetric> Parse(byte[] answer, bool isOpenMetrics)
    {
        var parser = new StrictParser(isOpenMetrics);
        var lines = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(answer).Split('\n');
        parser.Expect(lines[^1].Length == 0, "the last line is not ended");
        var count = lines.Length - 1;
        if (isOpenMetrics)
        {
            parser.Expect(count > 0 && lines[count - 1] == "# EOF", "no # EOF at the end");
            count--;
        }

        for (var i = 0; i < count; i++)
        {
            (parser._line, parser._at) = (lines[i], 0);
            parser.ReadLine();
        }

        return parser._metrics;
    }

    private void ReadLine()
    {
        Expect(_line.Length > 0 && _line != "# EOF", "an empty line, or an early end");
        if (_line[0] == '#')
        {
            ReadHeader();
        }
        else
        {
            ReadSample();
        }
    }

    private void ReadHeader()
    {
        var kind = new[] { "# TYPE ", "# HELP ", "# UNIT " }.FirstOrDefault(start => _line.StartsWith(start, StringComparison.Ordinal));
        Expect(kind is not null, "an unknown comment");
        _at = kind!.Length;
        var name = Peek() == '"' ? ReadQuoted() : ReadPlain(colons: true);
        Take(' ');
        var text = _line[_at..];
        if (_metrics.Count == 0 || _metrics[^1].Name != name)
        {
            Expect(_metrics.TrueForAll(metric => metric.Name != name), "a metric comes twice");
            _metrics.Add(new ParsedMetric(name));
        }

        var metric = _metrics[^1];
        Expect(metric.Samples.Count == 0, "a header behind samples");
        switch (kind)
        {
            case "# TYPE ":
                Expect(metric.Type is null && (isOpenMetrics ? OpenTypes : TextTypes).Contains(text), "a type that is none, or comes twice");
                metric.Type = text;
                break;
            case "# UNIT ":
                Expect(isOpenMetrics && metric.Unit is null && name.EndsWith("_" + text, StringComparison.Ordinal), "a unit that the name does not end with");
                metric.Unit = text;
                break;
            default:
                Expect(metric.Help is null, "help comes twice");
                metric.Help = Unescaped(text, quotes: isOpenMetrics);
                break;
        }
    }

    private void ReadSample()
    {
        var name = Peek() == '{' ? "" : ReadPlain(colons: true);
        var labels = new List<(string Name, string Value)>();
        if (Peek() == '{')
        {
            ReadLabels(labels, ref name);
        }

        Expect(name.Length > 0, "a sample without a name");
        Expect(_metrics.Count > 0 && _metrics[^1].Type is not null, "a sample without a type");
        var metric = _metrics[^1];
        CheckName(metric, name, labels);
        Take(' ');
        var value = ReadNumber();
        double? time = null;
        if (Peek() == ' ' && _line[_at..].StartsWith(" # ", StringComparison.Ordinal) is false)
        {
            _at++;
            var text = ReadWord();
            Expect(isOpenMetrics || text.All(c => c == '-' || char.IsAsciiDigit(c)), "a time with places");
            time = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture) * (isOpenMetrics ? 1000 : 1);
        }

        var sample = new ParsedSample(name, labels, value, time, Peek() == '\0' ? null : ReadExemplar(metric, name));
        Expect(_at == _line.Length, "more behind the sample");
        Expect(_series.Add($"{name}\n{string.Join('\n', labels.Order())}"), "a series comes twice");
        metric.Samples.Add(sample);
    }

    private void ReadLabels(List<(string Name, string Value)> labels, ref string name)
    {
        Take('{');
        while (Peek() != '}')
        {
            var label = Peek() == '"' ? ReadQuoted() : ReadPlain(colons: false);
            if (Peek() == '=')
            {
                _at++;
                Expect(labels.TrueForAll(other => other.Name != label), "a label comes twice");
                Expect(label.Length > 0 && label != "__name__", "the metric's name as a label, or a label without a name");
                labels.Add((label, ReadQuoted()));
            }
            else
            {
                Expect(name.Length == 0 && labels.Count == 0, "a second name");
                name = label;
            }

            if (Peek() != '}')
            {
                Take(',');
                Expect(Peek() != '}', "a comma at the end");
            }
        }

        Take('}');
    }

    private ParsedExemplar ReadExemplar(ParsedMetric metric, string name)
    {
        Expect(isOpenMetrics, "an exemplar in the text format");
        Expect(metric.Type is "counter" || (metric.Type is "histogram" && name.EndsWith("_bucket", StringComparison.Ordinal)), "an exemplar that Prometheus refuses");
        foreach (var c in " # ")
        {
            Take(c);
        }

        var labels = new List<(string Name, string Value)>();
        var none = "";
        ReadLabels(labels, ref none);
        Expect(none.Length == 0 && labels.Sum(label => label.Name.Length + label.Value.Length) <= 128, "an exemplar that is too long");
        Take(' ');
        var value = ReadNumber();
        if (Peek() == '\0')
        {
            return new ParsedExemplar(labels, value, null);
        }

        Take(' ');
        return new ParsedExemplar(labels, value, double.Parse(ReadWord(), NumberStyles.Float, CultureInfo.InvariantCulture) * 1000);
    }

    private void CheckName(ParsedMetric metric, string name, List<(string Name, string Value)> labels)
    {
        string[] suffixes = metric.Type switch
        {
            "counter" when isOpenMetrics => ["_total"],
            "info" => ["_info"],
            "histogram" => ["_bucket", "_sum", "_count"],
            "summary" => ["", "_sum", "_count"],
            _ => [""],
        };
        Expect(suffixes.Any(suffix => name == metric.Name + suffix), "a sample of another metric");
        var boundName = metric.Type == "histogram" ? "le" : "quantile";
        var bound = labels.Find(label => label.Name == boundName).Value;
        if ((metric.Type == "histogram" && name == metric.Name + "_bucket") || (metric.Type == "summary" && name == metric.Name))
        {
            Expect(bound is "+Inf" or "-Inf" || double.TryParse(bound, NumberStyles.Float, CultureInfo.InvariantCulture, out _), "a bound that is no number");
            Expect(!isOpenMetrics || bound.AsSpan().IndexOfAny(".eIN") >= 0, "a bound that is not written as a floating-point number");
            Expect(_bounds.Add($"{BoundOf(bound)}\n{string.Join('\n', labels.Where(label => label.Name != boundName).Order())}\n{name}"), "a bound comes twice");
        }
    }

    /// <summary>Bounds are numbers: 0 and 0.0 are the same.</summary>
    private static double BoundOf(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
    };

    private double ReadNumber()
    {
        var word = ReadWord();
        return word switch
        {
            "NaN" => double.NaN,
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            _ when word.All(c => char.IsAsciiDigit(c) || c is '+' or '-' or '.' or 'e') => double.Parse(word, NumberStyles.Float, CultureInfo.InvariantCulture),
            _ => throw Fault("a value that is no number"),
        };
    }

    private string ReadWord()
    {
        var end = _line.IndexOf(' ', _at);
        var word = end < 0 ? _line[_at..] : _line[_at..end];
        _at += word.Length;
        Expect(word.Length > 0, "nothing where a number is expected");
        return word;
    }

    private string ReadPlain(bool colons)
    {
        var start = _at;
        while (_at < _line.Length && (_line[_at] == '_' || (colons && _line[_at] == ':') || char.IsAsciiLetter(_line[_at]) || (_at > start && char.IsAsciiDigit(_line[_at]))))
        {
            _at++;
        }

        Expect(_at > start, "nothing where a name is expected");
        return _line[start.._at];
    }

    private string ReadQuoted()
    {
        Take('"');
        var start = _at;
        for (; Peek() != '"'; _at++)
        {
            Expect(Peek() != '\0', "a text that does not end");
            _at += Peek() == '\\' ? 1 : 0;
        }

        return Unescaped(_line[start..(_at++)], quotes: true);
    }

    private string Unescaped(string text, bool quotes)
    {
        var result = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                Expect(!quotes || text[i] != '"', "a quote that is not escaped");
                result.Append(text[i]);
                continue;
            }

            Expect(++i < text.Length && (text[i] is '\\' or 'n' || (quotes && text[i] == '"')), "an escape that is none");
            result.Append(text[i] == 'n' ? '\n' : text[i]);
        }

        return result.ToString();
    }

    private char Peek() => _at < _line.Length ? _line[_at] : '\0';

    private void Take(char c)
    {
        Expect(Peek() == c, $"no {c} where it is expected");
        _at++;
    }

    private void Expect(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw Fault(otherwise);
        }
    }

    private FormatException Fault(string what) => new($"{what}, at {_at} of: {_line}");
}
