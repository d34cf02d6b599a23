using WebApp.Hosting;
using WebApp.Mfa;

namespace WebApp.Areas.Api;

/// <summary>How the API says that a second factor was refused.</summary>
internal static class FactorProblem
{
    /// <summary><c>invalid_code</c>, or <c>too_many_attempts</c> with <c>Retry-After</c>.</summary>
    public static ApiProblem Of(HttpResponse response, FactorResult refusal) => refusal is FactorResult.TooMany(var wait)
        ? Wait(response, wait, FactorWords.Of(refusal))
        : new(ApiErrors.InvalidCode, FactorWords.Of(refusal));

    /// <summary><c>too_many_attempts</c>, telling when to come again.</summary>
    public static ApiProblem Wait(HttpResponse response, TimeSpan wait, string? detail = null)
    {
        response.Headers.RetryAfter = RetryAfter.Seconds(wait);
        return new(ApiErrors.TooManyAttempts, detail);
    }
}
