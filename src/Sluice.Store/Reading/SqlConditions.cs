using System.Globalization;
using System.Text;
using Sluice.Store.Sqlite;

namespace Sluice.Store.Reading;

/// <summary>Collects the conditions of one statement with the values they are bound to. Parameters 1 and 2 are the range of rows.</summary>
internal sealed class SqlConditions
{
    private readonly StringBuilder _sql = new();
    private readonly List<object> _values = [];

    /// <summary>Adds a condition; <c>{0}</c> in it stands for the value.</summary>
    public void Add(string condition, object value) => And(string.Format(CultureInfo.InvariantCulture, condition, Parameter(value)));

    /// <summary>Adds a condition without a value.</summary>
    public void And(string condition) => _sql.Append(" AND ").Append(condition);

    /// <summary>Gives a value a parameter.</summary>
    public string Parameter(object value)
    {
        _values.Add(value);
        return string.Create(CultureInfo.InvariantCulture, $"?{_values.Count + 2}");
    }

    /// <summary>Binds all values.</summary>
    public void Bind(SqliteStatement statement)
    {
        for (var i = 0; i < _values.Count; i++)
        {
            if (_values[i] is string text)
            {
                statement.BindText(i + 3, text);
            }
            else
            {
                statement.Bind(i + 3, Convert.ToInt64(_values[i], CultureInfo.InvariantCulture));
            }
        }
    }

    /// <summary>The conditions, each with an <c>AND</c> before it.</summary>
    public override string ToString() => _sql.ToString();
}
