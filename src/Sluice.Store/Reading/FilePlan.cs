using Sluice.Store.Files;

namespace Sluice.Store.Reading;

/// <summary>How one file is searched.</summary>
/// <param name="Sql">Selects id, resource, time and code of rows between parameters 1 and 2, without an order.</param>
/// <param name="OrderColumn">What to order by: the row id, by the name it has in the statement.</param>
/// <param name="Conditions">The values of the statement.</param>
/// <param name="Ranges">The rows to look at, ascending.</param>
/// <param name="Verify">Attributes that each row found must be checked for, since the index only narrows them down.</param>
internal sealed record FilePlan(
    string Sql, string OrderColumn, SqlConditions Conditions, List<RowRange> Ranges, IReadOnlyList<VerifiedAttribute> Verify);
