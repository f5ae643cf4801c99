using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Sluice.Components.Receivers.PrometheusReceiver.Series;

namespace Sluice.Components.Receivers.PrometheusReceiver.Parsing;

/// <summary>
/// Reads Prometheus' text format 0.0.4 and OpenMetrics 1.0, with names in quotes as Prometheus 3 has them; see
/// https://prometheus.io/docs/instrumenting/exposition_formats/ and https://prometheus.io/docs/specs/om/open_metrics_spec/. What either forbids is an
/// error with its line and column. What says of which type a metric is has to stand before its samples, as both ask.
/// </summary>
internal ref partial struct ExpositionReader
{
    private static readonly (byte[] Name, ParsedType Type, bool IsText, bool IsOpenMetrics)[] Types =
    [
        ("counter"u8.ToArray(), ParsedType.Counter, true, true),
        ("gauge"u8.ToArray(), ParsedType.Gauge, true, true),
        ("histogram"u8.ToArray(), ParsedType.Histogram, true, true),
        ("summary"u8.ToArray(), ParsedType.Summary, true, true),
        ("untyped"u8.ToArray(), ParsedType.Unknown, true, false),
        ("unknown"u8.ToArray(), ParsedType.Unknown, true, true),
        ("info"u8.ToArray(), ParsedType.Info, false, true),
        ("stateset"u8.ToArray(), ParsedType.StateSet, false, true),
        ("gaugehistogram"u8.ToArray(), ParsedType.GaugeHistogram, false, true),
    ];

    private readonly bool _isOpenMetrics;
    private readonly ExpositionLine _into;
    private ReadOnlySpan<byte> _text;

    /// <summary>Bytes of the pieces before.</summary>
    private long _before;

    private bool _isLast;
    private int _position;
    private int _lineStart;
    private int _line = 1;
    private bool _isEnded;

    /// <summary>Begins to read an exposition, which <see cref="Continue"/> gives.</summary>
    /// <param name="isOpenMetrics">Whether it is OpenMetrics; otherwise the text format.</param>
    /// <param name="line">Gets each line.</param>
    public ExpositionReader(bool isOpenMetrics, ExpositionLine line)
    {
        _isOpenMetrics = isOpenMetrics;
        _into = line;
    }

    /// <summary>The name of the sample or metric. Holds until the next line is read.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>The help or unit of a metric. Holds until the next line is read.</summary>
    public ReadOnlySpan<byte> Text { get; private set; }

    private readonly bool AtEnd => _position >= _text.Length;

    /// <summary>The next byte; a line feed at the end.</summary>
    private readonly char Next => AtEnd ? '\n' : (char)_text[_position];

    /// <summary>Goes on with a piece, once the one before is read to its end.</summary>
    /// <param name="utf8">Whole lines; only the last piece may end without a line feed.</param>
    /// <param name="isLast">Whether nothing follows.</param>
    /// <exception cref="ExpositionException">It is no UTF-8.</exception>
    public void Continue(ReadOnlySpan<byte> utf8, bool isLast)
    {
        _before += _text.Length;
        (_position, _lineStart, _isLast) = (0, 0, isLast);
        _text = utf8;
        if (!Utf8.IsValid(utf8))
        {
            throw new ExpositionException($"byte {(_before + FirstInvalid(utf8)).ToString(CultureInfo.InvariantCulture)}: this is no UTF-8");
        }
    }

    /// <summary>Reads the next line that says something.</summary>
    /// <returns>False at the end of the piece.</returns>
    /// <exception cref="ExpositionException">It is not as its format asks.</exception>
    public bool Read()
    {
        while (!AtEnd)
        {
            if (_isEnded)
            {
                throw Fault("there is something after # EOF");
            }

            if (!_isOpenMetrics)
            {
                SkipBlanks();
            }

            _into.Clear();
            var says = Next == '#' ? ParseComment() : ParseLine();
            if (Next != '\n')
            {
                throw Fault($"the line should end before '{Shown()}'");
            }

            if (_isOpenMetrics && AtEnd && !_isEnded)
            {
                throw Fault("the last line lacks its end");
            }

            _position++;
            _line++;
            _lineStart = _position;
            if (says)
            {
                return true;
            }
        }

        return _isLast && _isOpenMetrics && !_isEnded ? throw Fault("it ends without # EOF: it is cut off") : false;
    }

    private static int FirstInvalid(ReadOnlySpan<byte> utf8)
    {
        var position = 0;
        while (Rune.DecodeFromUtf8(utf8[position..], out _, out var length) == OperationStatus.Done)
        {
            position += length;
        }

        return position;
    }

    /// <returns>Whether it says something.</returns>
    private bool ParseLine()
    {
        if (Next != '\n')
        {
            ParseSample();
            return true;
        }

        return _isOpenMetrics ? throw Fault("there is an empty line") : false;
    }

    /// <returns>Whether it says something.</returns>
    private bool ParseComment()
    {
        var rest = _text[_position..];
        var end = rest.IndexOf((byte)'\n');
        var line = end < 0 ? rest : rest[..end];
        if (_isOpenMetrics && line.SequenceEqual("# EOF"u8))
        {
            // It may be the last character of all, or its line may end.
            _position += line.Length;
            _isEnded = true;
            return false;
        }

        _position++;
        Separator();
        var word = Word();
        var kind = word.SequenceEqual("HELP"u8) ? ExpositionLineKind.Help
            : word.SequenceEqual("TYPE"u8) ? ExpositionLineKind.Type
            : _isOpenMetrics && word.SequenceEqual("UNIT"u8) ? ExpositionLineKind.Unit
            : ExpositionLineKind.Sample;
        if (kind == ExpositionLineKind.Sample)
        {
            if (_isOpenMetrics)
            {
                throw Fault("OpenMetrics has no comments but # HELP, # TYPE, # UNIT and # EOF");
            }

            SkipLine();
            return false;
        }

        Separator();
        Name = Next == '"' ? Quoted() : Identifier(allowColon: true);
        if (Name.Length == 0)
        {
            throw Fault($"# {Encoding.UTF8.GetString(word)} lacks the name of a metric");
        }

        _into.Kind = kind;
        Separator();
        switch (kind)
        {
            case ExpositionLineKind.Type:
                _into.Type = Type(Word());
                SkipBlanksOfText();
                break;
            case ExpositionLineKind.Unit:
                Text = Unit();
                break;
            default:
                Text = Help();
                break;
        }

        return true;
    }

    /// <summary>A unit is the end of the name, behind an underscore; it may be empty.</summary>
    private ReadOnlySpan<byte> Unit()
    {
        var unit = Word();
        return unit.IsEmpty || (Name.Length > unit.Length && Name.EndsWith(unit) && Name[^(unit.Length + 1)] == '_')
            ? unit
            : throw Fault($"the unit \"{Encoding.UTF8.GetString(unit)}\" is not the end of the name {Encoding.UTF8.GetString(Name)}");
    }

    private readonly ParsedType Type(ReadOnlySpan<byte> word)
    {
        for (var i = 0; i < Types.Length; i++)
        {
            if (word.SequenceEqual(Types[i].Name) && (_isOpenMetrics ? Types[i].IsOpenMetrics : Types[i].IsText))
            {
                return Types[i].Type;
            }
        }

        throw Fault($"\"{Encoding.UTF8.GetString(word)}\" is no type of a metric");
    }

    private void ParseSample()
    {
        _into.Kind = ExpositionLineKind.Sample;
        Name = default;
        if (Next != '{')
        {
            Name = Identifier(allowColon: true);
            if (Name.Length == 0)
            {
                throw Fault($"a name cannot begin with '{Shown()}'");
            }
        }

        if (!_isOpenMetrics)
        {
            SkipBlanks();
        }

        if (Next == '{')
        {
            var name = Name;
            Labels(_into.Labels, ref name);
            Name = name;
        }

        if (Name.Length == 0)
        {
            throw Fault("a sample has no name");
        }

        Blank();
        _into.Value = Number(Word());
        if (HasMore())
        {
            _into.TimeUnixMs = Time(Word());
        }

        if (_isOpenMetrics && Next == ' ')
        {
            _position++;
            if (Next != '#')
            {
                throw Fault("an exemplar begins with #");
            }

            Exemplar();
        }
    }

    /// <summary>Whether a time follows.</summary>
    private bool HasMore()
    {
        if (!_isOpenMetrics)
        {
            SkipBlanks();
            return Next != '\n';
        }

        if (Next != ' ' || (_position + 1 < _text.Length && _text[_position + 1] == '#'))
        {
            return false;
        }

        _position++;
        return true;
    }

    private void Exemplar()
    {
        _position++;
        Blank();
        ReadOnlySpan<byte> name = default;
        if (Next != '{')
        {
            throw Fault("an exemplar has its labels in braces");
        }

        Labels(_into.ExemplarLabels, ref name);
        if (name.Length > 0)
        {
            throw Fault("an exemplar has no name");
        }

        Blank();
        _into.ExemplarValue = Number(Word());
        if (Next == ' ')
        {
            _position++;
            _into.ExemplarTimeUnixMs = Time(Word());
        }

        _into.HasExemplar = true;
    }

    /// <summary>Reads labels in braces; a name in quotes without a value is that of the metric.</summary>
    private void Labels(LabelSet labels, ref ReadOnlySpan<byte> name)
    {
        _position++;
        SkipBlanksOfText();
        while (Next != '}')
        {
            var isQuoted = Next == '"';
            var label = isQuoted ? Quoted() : Identifier(allowColon: false);
            SkipBlanksOfText();
            if (isQuoted && Next is ',' or '}')
            {
                if (name.Length > 0)
                {
                    throw Fault($"the metric has two names: \"{Encoding.UTF8.GetString(name)}\" and \"{Encoding.UTF8.GetString(label)}\"");
                }

                name = label;
            }
            else
            {
                Value(labels, label);
            }

            SkipBlanksOfText();
            if (Next == ',')
            {
                _position++;
                SkipBlanksOfText();
                if (Next == '}' && _isOpenMetrics)
                {
                    throw Fault("a label should follow the comma");
                }
            }
            else if (Next != '}')
            {
                throw Fault($"a comma or a brace should be where '{Shown()}' is");
            }
        }

        _position++;
    }

    private void Value(LabelSet labels, ReadOnlySpan<byte> label)
    {
        if (label.Length == 0)
        {
            throw Fault($"the name of a label should be where '{Shown()}' is");
        }

        if (Next != '=')
        {
            throw Fault($"'=' should be where '{Shown()}' is");
        }

        _position++;
        SkipBlanksOfText();
        if (Next != '"')
        {
            throw Fault($"the value of {Encoding.UTF8.GetString(label)} should begin with a quote");
        }

        if (!labels.TryAdd(label, Quoted()))
        {
            throw Fault($"the label {Encoding.UTF8.GetString(label)} is there twice");
        }
    }
}
