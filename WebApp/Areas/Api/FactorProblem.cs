using WebApp.Features.SecondFactors;
using WebApp.Platform.Http;

namespace WebApp.Areas.Api;

/// <summary>How the API says that a second factor was refused.</summary>
internal static class FactorProblem
{
    /// <summary><c>invalid_code</c>, or <c>too_many_attempts</c>. <c>Retry-After</c> where waiting helps.</summary>
    public static ApiProblem Of(HttpResponse response, FactorResult refusal)
    {
        if (refusal is FactorResult.TooMany(var wait))
        {
            return Wait(response, wait, FactorWords.Of(refusal));
        }

        if (refusal is FactorResult.AlreadyUsed(var next))
        {
            response.Headers.RetryAfter = RetryAfter.Seconds(next);
        }

        return new(ApiErrors.InvalidCode, FactorWords.Of(refusal));
    }

    /// <summary><c>too_many_attempts</c>, telling when to come again.</summary>
    public static ApiProblem Wait(HttpResponse response, TimeSpan wait, string? detail = null)
    {
        response.Headers.RetryAfter = RetryAfter.Seconds(wait);
        return new(ApiErrors.TooManyAttempts, detail);
    }
}
