using Microsoft.AspNetCore.Mvc;

namespace WebApp.Features.SecondFactors.Passkeys;

/// <summary>What <c>passkeys.js</c> is told: where to go next, or what went wrong, in a sentence for the person.</summary>
public sealed record PasskeyAnswer(string? Next, string? Message)
{
    /// <summary>For whatever the browser sent that is not accepted. It tells nothing of the reason to who has no right to it.</summary>
    public const string Refused = "That passkey was not accepted. It may have been removed here, or it took too long. Please try again.";

    /// <summary>Done; the browser goes on to <paramref name="next"/>.</summary>
    public static JsonResult GoOn(string next) => new(new PasskeyAnswer(next, null));

    /// <summary>Not done.</summary>
    public static JsonResult Say(string message, int status = StatusCodes.Status400BadRequest) => new(new PasskeyAnswer(null, message)) { StatusCode = status };

    /// <summary>Options as Identity wrote them.</summary>
    public static ContentResult Options(string json) => new() { Content = json, ContentType = "application/json" };
}
