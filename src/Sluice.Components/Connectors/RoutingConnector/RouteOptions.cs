using Sluice.Configuration;

namespace Sluice.Components.Connectors.RoutingConnector;

/// <summary>One row of the routing table.</summary>
public sealed record RouteOptions : IValidatableOptions
{
    /// <summary>What the condition looks at.</summary>
    [Option("What the condition looks at: the resource of a record, or the request it came with.")]
    public RouteContext Context { get; init; }

    /// <summary>When it matches.</summary>
    [Option("When the route matches. One of condition and statement is required.")]
    public string Condition { get; init; } = "";

    /// <summary>The condition as a statement.</summary>
    [Option("The condition as a statement: route() where, and a condition; route() alone matches always. Not with context request.")]
    public string Statement { get; init; } = "";

    /// <summary>What is done with what matches.</summary>
    [Option("move: what matches is done with; copy: the next routes see it too, and when none of them moves it, the default pipelines.")]
    public RouteAction Action { get; init; }

    /// <summary>Where it goes.</summary>
    [Option("Ids of the pipelines that what matches goes to.", Required = true)]
    public IReadOnlyList<string> Pipelines { get; init; } = [];

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        if ((Condition.Length > 0) == (Statement.Length > 0))
        {
            context.Error(
                Condition.Length > 0 ? "statement" : "condition",
                Condition.Length > 0 ? "the route has a condition and a statement" : "the route does not say when it matches",
                Condition.Length > 0 ? "keep one of them" : "give a condition");
        }
        else if (Context == RouteContext.Request && Statement.Length > 0)
        {
            context.Error("statement", "context request takes no statement", "give a condition, such as request[\"x-tenant\"] == \"acme\"");
        }
        else if (!RouteConditionParser.TryParse(this, out _, out var fault))
        {
            context.Error(Condition.Length > 0 ? "condition" : "statement", fault, RouteConditionParser.Forms(Context));
        }

        if (Pipelines.Count == 0)
        {
            context.Error("pipelines", "the route leads nowhere", "give at least one pipeline that has this connector among its receivers");
        }
    }
}
