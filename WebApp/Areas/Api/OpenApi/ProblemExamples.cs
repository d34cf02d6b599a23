using System.Text.Json.Nodes;

namespace WebApp.Areas.Api.OpenApi;

/// <summary>A problem of each kind, with the further members that the contract names for its code.</summary>
internal static class ProblemExamples
{
    /// <summary>As it goes over the wire.</summary>
    public static JsonObject Of(ApiError error)
    {
        JsonObject problem = new() { ["type"] = "about:blank", ["title"] = error.Title, ["status"] = error.Status, ["code"] = error.Code };
        foreach (var (name, value) in More(error))
        {
            problem[name] = value?.DeepClone();
        }

        return problem;
    }

    private static JsonObject More(ApiError error) => error.Code switch
    {
        "validation_failed" => new() { ["errors"] = new JsonObject { ["name"] = new JsonArray("Send a name.") } },
        "mfa_required" => new() { ["mfa_token"] = ContractExamples.Key, ["methods"] = new JsonArray("totp", "recovery_code"), ["expires_in"] = 600 },
        "reauthentication_required" => new() { ["max_age"] = 600, ["methods"] = new JsonArray("totp", "recovery_code") },
        "slow_down" => new() { ["error"] = error.Code, ["interval"] = 10 },
        "authorization_pending" or "access_denied" or "expired_token" => new() { ["error"] = error.Code },
        _ when error.Status >= StatusCodes.Status500InternalServerError => new() { ["trace_id"] = "0HNBK2C1V3F5Q:00000001" },
        _ => [],
    };
}
