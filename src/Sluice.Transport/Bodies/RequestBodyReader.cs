using System.Buffers;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Sluice.Buffers;

namespace Sluice.Transport.Bodies;

/// <summary>
/// Reads HTTP request bodies into pooled memory. Memory is charged to the request's lease before it is rented, so the bytes in flight of
/// all requests together stay within the budget; a reader never waits for budget.
/// </summary>
public static class RequestBodyReader
{
    private const string Purpose = "request body";
    private const string InflatedPurpose = "inflated request body";

    /// <summary>Reads the whole body and undoes its content coding.</summary>
    /// <param name="context">The request.</param>
    /// <param name="pool">Where memory comes from.</param>
    /// <param name="limits">What is accepted.</param>
    /// <param name="lease">Is charged with the capacity of what is returned; with nothing when nothing is.</param>
    /// <param name="deadline">When the body must have arrived.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public static async ValueTask<RequestBody> ReadAsync(
        HttpContext context, BufferPool pool, BodyLimits limits, BudgetLease lease, RequestDeadline deadline)
    {
        var coding = ContentCodingNames.Parse(context.Request.Headers.ContentEncoding);
        if (coding == ContentCodings.None || !limits.Codings.HasFlag(coding))
        {
            return RequestBody.Failed(BodyStatus.UnsupportedCoding);
        }

        var declared = context.Request.ContentLength ?? 0;
        if (declared > limits.MaxSize)
        {
            return RequestBody.Failed(BodyStatus.TooLarge);
        }

        using var body = new ChargedBuffer(pool, lease, Purpose);
        if (!body.TryReserve((int)Math.Min(declared, ChargedBuffer.LargestAdvance)))
        {
            return RequestBody.Failed(BodyStatus.OverBudget);
        }

        var reader = context.Request.BodyReader;
        try
        {
            while (true)
            {
                var result = await deadline.ReadAsync(reader);
                if (result.IsCanceled)
                {
                    return RequestBody.Failed(BodyStatus.TimedOut);
                }

                var status = Append(result.Buffer, body, limits.MaxSize);
                reader.AdvanceTo(result.Buffer.End);
                if (status != BodyStatus.Ok)
                {
                    return RequestBody.Failed(status);
                }

                if (result.IsCompleted)
                {
                    return coding == ContentCodings.Identity
                        ? new RequestBody(BodyStatus.Ok, body.Detach(), body.Length)
                        : Inflate(coding, body, pool, limits, lease);
                }
            }
        }
        catch (BadHttpRequestException e)
        {
            return RequestBody.Failed(e.StatusCode == StatusCodes.Status408RequestTimeout ? BodyStatus.TimedOut : BodyStatus.Malformed);
        }
        catch (IOException e) when (e.InnerException is OverflowException)
        {
            // How the server reports a chunk of 2 GiB and more.
            return RequestBody.Failed(BodyStatus.Malformed);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            return RequestBody.Failed(BodyStatus.Aborted);
        }
    }

    private static RequestBody Inflate(ContentCodings coding, ChargedBuffer body, BufferPool pool, BodyLimits limits, BudgetLease lease)
    {
        using var inflated = new ChargedBuffer(pool, lease, InflatedPurpose);
        var length = body.Length;
        var source = body.Detach();
        var capacity = source.Capacity;
        var status = Inflater.Inflate(coding, source, 0, length, inflated, limits.MaxSize);
        source.Dispose();
        lease.Release(capacity);
        if (status != BodyStatus.Ok)
        {
            return RequestBody.Failed(status);
        }

        var inflatedLength = inflated.Length;
        return new RequestBody(BodyStatus.Ok, inflated.Detach(), inflatedLength);
    }

    private static BodyStatus Append(in ReadOnlySequence<byte> data, ChargedBuffer body, int limit)
    {
        if (body.Length + data.Length > limit)
        {
            return BodyStatus.TooLarge;
        }

        if (!body.TryReserve((int)data.Length))
        {
            return BodyStatus.OverBudget;
        }

        foreach (var segment in data)
        {
            body.Append(segment.Span);
        }

        return BodyStatus.Ok;
    }
}
