using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Sluice.Components.Connectors.Conditions;

namespace Sluice.Components.Connectors.CountConnector.Conditions;

/// <summary>
/// Reads conditions: the part of the Collector's transformation language that compares fields and attributes with each other and with literals,
/// joined by <c>and</c>, <c>or</c>, <c>not</c> and parentheses. What is taken means the same there.
/// </summary>
internal static class ConditionParser
{
    private static readonly string[] Comparators = ["==", "!=", "<", "<=", ">", ">="];

    /// <summary>What a condition may be, as a remedy.</summary>
    public static string Forms(CountKind kind) =>
        $"this version compares {string.Join(", ", ConditionPaths.Of(kind))} with ==, !=, <, <=, >, >= to texts, numbers, true, false, nil and enums, joined by and, or, not and parentheses";

    /// <summary>Reads a condition.</summary>
    public static bool TryParse(string text, CountKind kind, [NotNullWhen(true)] out Condition? condition, out string fault)
    {
        condition = null;
        fault = "";
        try
        {
            condition = new Reader(text, kind).ReadAll();
            return true;
        }
        catch (FormatException exception)
        {
            fault = exception.Message;
            return false;
        }
    }

    private ref struct Reader(string text, CountKind kind)
    {
        private ConditionLexer _lexer = new(text);

        public Condition ReadAll()
        {
            var condition = ReadAny();
            return _lexer.IsAtEnd ? condition : throw _lexer.Unreadable();
        }

        private Condition ReadAny()
        {
            var terms = new List<Condition> { ReadEach() };
            while (_lexer.TryTake("or"))
            {
                terms.Add(ReadEach());
            }

            return Condition.Join(terms, needsAll: false);
        }

        private Condition ReadEach()
        {
            var terms = new List<Condition> { ReadTerm() };
            while (_lexer.TryTake("and"))
            {
                terms.Add(ReadTerm());
            }

            return Condition.Join(terms, needsAll: true);
        }

        private Condition ReadTerm()
        {
            if (_lexer.TryTake("not"))
            {
                return Condition.Not(ReadTerm());
            }

            if (_lexer.TryTake("("))
            {
                var inner = ReadAny();
                return _lexer.TryTake(")") ? inner : throw _lexer.Unreadable();
            }

            var start = _lexer;
            var isTrue = _lexer.TryTake("true");
            if ((isTrue || _lexer.TryTake("false")) && !Comparators.Contains(_lexer.Peek()))
            {
                return Condition.Constant(isTrue);
            }

            _lexer = start;
            var left = ReadOperand();
            var comparator = _lexer.Peek();
            if (!Comparators.Contains(comparator))
            {
                throw _lexer.Unreadable();
            }

            _lexer.Take();
            return Condition.Compare(left, comparator, ReadOperand());
        }

        private OperandSource ReadOperand()
        {
            var start = _lexer;
            var token = _lexer.Take();
            if (token.Length == 0)
            {
                throw start.Unreadable();
            }

            if (token[0] == '"')
            {
                return new OperandSource(ConditionText.Unquote(token) ?? throw start.Unreadable());
            }

            if (char.IsAsciiDigit(token[0]) || token[0] is '-' or '+' or '.')
            {
                return new OperandSource(ReadNumber(token) ?? throw start.Unreadable());
            }

            if (token is "true" or "false")
            {
                return new OperandSource(token == "true");
            }

            if (token == "nil")
            {
                return new OperandSource(literal: null);
            }

            if (char.IsAsciiLetterUpper(token[0]))
            {
                return _lexer.Peek() == "("
                    ? throw start.Unreadable()
                    : new OperandSource(ConditionEnums.Find(token) ?? throw new FormatException($"there is no enum {token}"));
            }

            return char.IsAsciiLetter(token[0]) || token[0] == '_' ? ReadPath(token, start) : throw start.Unreadable();
        }

        private OperandSource ReadPath(string first, ConditionLexer start)
        {
            var path = first;
            while (_lexer.TryTake("."))
            {
                path += "." + _lexer.Take();
            }

            if (_lexer.Peek() == "(")
            {
                throw start.Unreadable();
            }

            var key = "";
            var inside = _lexer;
            if (_lexer.TryTake("["))
            {
                var beforeKey = _lexer;
                var index = _lexer.Take();
                if (index.Length == 0 || index[0] != '"')
                {
                    throw inside.Unreadable();
                }

                key = ConditionText.Unquote(index) ?? throw beforeKey.Unreadable();
                if (!_lexer.TryTake("]") || _lexer.Peek() is "[" or ".")
                {
                    throw _lexer.Unreadable();
                }

                path += "[]";
            }

            return ConditionPaths.Find(kind, path) is { } field ? new OperandSource(field, key) : throw new FormatException(ConditionPaths.Fault(path));
        }

        private static object? ReadNumber(string token)
        {
            if (long.TryParse(token, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
            {
                return whole;
            }

            return double.TryParse(token, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
        }
    }
}
