using System.Text;

namespace Sluice.Load.Sending;

public sealed class HttpAnswerTests
{
    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", SendAnswer.Acknowledged, false)]
    [InlineData("HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length:   0  \r\nConnection: close\r\n\r\n", SendAnswer.Acknowledged, true)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", SendAnswer.Acknowledged, false)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", SendAnswer.Rejected, false)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", SendAnswer.Rejected, false)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 38\r\n\r\n{\"errors\":false,\"took\":3,\"items\":[{}]}", SendAnswer.Acknowledged, false)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 37\r\n\r\n{\"errors\":true,\"took\":3,\"items\":[{}]}", SendAnswer.Rejected, false)]
    [InlineData("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\nContent-Length: 2\r\n\r\nno", SendAnswer.Refused, false)]
    [InlineData("HTTP/1.1 503 \r\nContent-Length: 0\r\n\r\n", SendAnswer.Refused, false)]
    [InlineData("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", SendAnswer.Rejected, false)]
    public void It_is_read_when_it_is_complete_and_not_before(string text, object expected, bool closes)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.False(HttpAnswer.TryParse(bytes.AsSpan(0, length), out _), text[..length]);
        }

        Assert.True(HttpAnswer.TryParse(bytes, out var answer));

        Assert.Equal((expected, closes), (answer.ToSendAnswer(), answer.Closes));
    }

    [Theory]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 OK\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")]
    public void What_is_no_answer_or_has_no_end_is_an_error(string text) =>
        Assert.Throws<IOException>(() => HttpAnswer.TryParse(Encoding.ASCII.GetBytes(text), out _));
}
