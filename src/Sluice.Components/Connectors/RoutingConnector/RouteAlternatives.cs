using Sluice.Runtime.Contracts;
using Sluice.Telemetry;

namespace Sluice.Components.Connectors.RoutingConnector;

/// <summary>Comparisons joined by <c>and</c>, which binds closer, and <c>or</c>. An alternative of none holds always.</summary>
internal sealed class RouteAlternatives(RouteCondition[][] alternatives) : RouteCondition
{
    public override bool Matches(in RecordView record, RequestContext request)
    {
        foreach (var alternative in alternatives)
        {
            if (All(alternative, in record, request))
            {
                return true;
            }
        }

        return false;
    }

    private static bool All(RouteCondition[] conditions, in RecordView record, RequestContext request)
    {
        foreach (var condition in conditions)
        {
            if (!condition.Matches(in record, request))
            {
                return false;
            }
        }

        return true;
    }
}
