using System.Net;
using System.Text;
using Microsoft.Net.Http.Headers;
using WebApp.Features.Applications;

namespace WebApp.Areas.Api.Bearer;

/// <summary>Admits service accounts by <c>Authorization: Basic</c> with client id and secret, form-encoded each (RFC 6749 2.3.1), where RFC 7662 2.1 allows it.</summary>
public sealed class ServiceAuthentication(ServiceAccounts accounts, TokenGuesses guesses)
{
    private const string Prefix = "Basic ";
    private const int MaxLength = 1000;

    /// <summary>Whether a request has such a header, valid or not.</summary>
    public static bool IsSent(HttpRequest request) => request.Headers.Authorization is [{ } header] && header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);

    /// <summary>Answers an application that has the permission, and refuses all others.</summary>
    public async Task AnswerAsync(HttpContext context, string permission, Func<HttpContext, Task> answer)
    {
        var held = Read(context.Request.Headers[HeaderNames.Authorization].ToString()) is var (id, secret) ? await accounts.AuthenticateAsync(id, secret, context.RequestAborted) : null;
        if (held?.Contains(permission) == true)
        {
            await answer(context);
            return;
        }

        var refusal = held is null ? guesses.Count(context, ApiErrors.InvalidCredentials) : ApiErrors.Forbidden;
        if (refusal.Status == StatusCodes.Status401Unauthorized)
        {
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"introspection\"";
        }

        await new ApiProblem(refusal).WriteAsync(context);
    }

    private static (string Id, string Secret)? Read(string header)
    {
        Span<byte> bytes = stackalloc byte[MaxLength];
        if (header.Length > MaxLength || !Convert.TryFromBase64Chars(header.AsSpan(Prefix.Length).Trim(), bytes, out var length))
        {
            return null;
        }

        string[] parts = [.. Encoding.UTF8.GetString(bytes[..length]).Split(':', 2).Select(WebUtility.UrlDecode)!];
        return parts is [{ Length: > 0 } id, { Length: > 0 } secret] && !id.Contains('\0', StringComparison.Ordinal) ? (id, secret) : null;
    }
}
