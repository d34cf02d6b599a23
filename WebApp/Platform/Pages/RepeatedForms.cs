using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Primitives;

namespace WebApp.Platform.Pages;

/// <summary>
/// If a browser sends a form twice, by Enter and click or by a double click, the second request waits for the first and gets
/// the same answer, cookies included. Two requests are the same if path, cookies and the whole body, antiforgery token and <see cref="PageToken"/> included, are equal, within ten
/// seconds on one node. So only a client that could send the first request can get its answer.
/// </summary>
public sealed class RepeatedForms(TimeProvider clock)
{
    private const int MaxKept = 200;
    private const int MaxBody = 64 * 1024;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, Submission> submissions = [];

    /// <summary>The middleware.</summary>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var key = await KeyAsync(context.Request, context.RequestAborted);
        Submission mine = new();
        var first = submissions.GetOrAdd(key, mine);
        if (first != mine && !first.IsOver(clock.GetUtcNow()))
        {
            if (await first.Answer.Task.WaitAsync(context.RequestAborted) is { } answer)
            {
                await answer.WriteAsync(context);
                return;
            }

            await next(context); // The first has no answer to repeat, for example because the browser cancelled it.
            return;
        }

        submissions[key] = mine;
        await RunAsync(mine, context, next);
        Prune();
    }

    private async Task RunAsync(Submission mine, HttpContext context, RequestDelegate next)
    {
        var client = context.Response.Body;
        await using HeldBody body = new(client);
        context.Response.Body = body;
        Answer? answer = null;
        try
        {
            await next(context);
            if (body.Held is { } held && context.Response.StatusCode < 500 && !(context.RequestAborted.IsCancellationRequested && context.Response.StatusCode >= 400))
            {
                answer = new(context.Response.StatusCode, [.. context.Response.Headers], held);
            }
        }
        finally
        {
            context.Response.Body = client;
            mine.Finish(answer, clock.GetUtcNow());
        }

        await body.ReleaseAsync(context.RequestAborted);
    }

    // FormText has read and checked the form before.
    private static async Task<string> KeyAsync(HttpRequest request, CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Path}{request.QueryString}\n{request.Headers.Cookie}\n"));
        foreach (var (name, values) in await request.ReadFormAsync(cancel))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{name.Length} {name}={values.Count} {string.Join(' ', values.Select(value => $"{value?.Length} {value}"))}\n"));
        }

        return Convert.ToBase64String(hash.GetHashAndReset());
    }

    private void Prune()
    {
        var now = clock.GetUtcNow();
        foreach (var (key, submission) in submissions)
        {
            if (submission.IsOver(now) || submissions.Count > MaxKept)
            {
                submissions.TryRemove(KeyValuePair.Create(key, submission));
            }
        }
    }

    private sealed class Submission
    {
        private DateTimeOffset? finishedAt;

        public TaskCompletionSource<Answer?> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        // The second condition: the clock has been set back since.
        public bool IsOver(DateTimeOffset now) => finishedAt < now - Window || finishedAt > now + Window;

        public void Finish(Answer? answer, DateTimeOffset now)
        {
            finishedAt = now;
            Answer.SetResult(answer);
        }
    }

    private sealed record Answer(int Status, KeyValuePair<string, StringValues>[] Headers, byte[] Body)
    {
        public Task WriteAsync(HttpContext context)
        {
            context.Response.StatusCode = Status;
            foreach (var (name, value) in Headers)
            {
                context.Response.Headers[name] = value;
            }

            return Body.Length == 0 ? Task.CompletedTask : context.Response.Body.WriteAsync(Body, context.RequestAborted).AsTask();
        }
    }

    // Buffers an answer until it is complete. An answer that is too long to keep, such as an export, is streamed to the client.
    private sealed class HeldBody(Stream client) : Stream
    {
        private MemoryStream? held = new();

        public byte[]? Held => held?.ToArray();

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public async Task ReleaseAsync(CancellationToken cancel)
        {
            if (held is { } kept)
            {
                held = null;
                if (kept.Length == 0)
                {
                    return; // Even an empty write would start the response, and outer middleware adds the page to an error without a body.
                }

                await client.WriteAsync(kept.GetBuffer().AsMemory(0, (int)kept.Length), cancel);
            }
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (held is { } kept && kept.Length + buffer.Length <= MaxBody)
            {
                kept.Write(buffer.Span);
                return;
            }

            await ReleaseAsync(cancellationToken);
            await client.WriteAsync(buffer, cancellationToken);
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Write(byte[] buffer, int offset, int count) => WriteAsync(buffer, offset, count, CancellationToken.None).GetAwaiter().GetResult();

        public override void Flush()
        {
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => held is null ? client.FlushAsync(cancellationToken) : Task.CompletedTask;

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
