using Sluice.Components.Exporters.HttpExporter;
using Sluice.Components.Exporters.HttpStatuses;

namespace Sluice.Components.Tests.Exporters.HttpStatuses;

public sealed class StatusPolicyTests
{
    [Theory]
    [InlineData("deliver", 200, 201, 202, 204, 299)]
    [InlineData("retry", 408, 425, 429, 500, 502, 503, 504, 507, 529, 599)]
    [InlineData("reject", 400, 409, 412, 414, 418, 422, 431, 451, 499)]
    [InlineData("split", 413)]
    [InlineData("hold", 300, 301, 304, 308, 401, 402, 403, 404, 405, 406, 407, 410, 411, 415, 421, 426, 501, 505, 511, 600, 999)]
    public void Statuses_have_their_usual_meaning(string action, params int[] statuses)
    {
        var policy = new StatusPolicy(UsualStatuses.Actions, new Dictionary<string, StatusAction>());

        Assert.All(statuses, status => Assert.Equal(Enum.Parse<StatusAction>(action, ignoreCase: true), policy[status]));
    }

    [Fact]
    public void A_status_counts_before_its_class_in_whatever_order_they_are_written()
    {
        var policy = new StatusPolicy(UsualStatuses.Actions, new Dictionary<string, StatusAction>
        {
            ["409"] = StatusAction.Deliver,
            ["4xx"] = StatusAction.Hold,
            ["404"] = StatusAction.Reject,
            ["5XX"] = StatusAction.Reject,
        });

        Assert.Equal(
            [StatusAction.Deliver, StatusAction.Hold, StatusAction.Hold, StatusAction.Reject, StatusAction.Reject, StatusAction.Deliver],
            new[] { 409, 400, 429, 404, 503, 200 }.Select(status => policy[status]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("199")]
    [InlineData("600")]
    [InlineData("1xx")]
    [InlineData("6xx")]
    [InlineData("xxx")]
    [InlineData("40x")]
    [InlineData("+404")]
    [InlineData("404 ")]
    [InlineData("success")]
    public void What_is_no_status_is_refused(string text) => Assert.False(StatusPolicy.TryParse(text, out _));
}
