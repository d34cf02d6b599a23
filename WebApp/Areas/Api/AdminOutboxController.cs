using Microsoft.AspNetCore.Mvc;
using WebApp.Areas.Api.Bearer;
using WebApp.Areas.Api.Contracts;
using WebApp.Areas.Api.OpenApi;
using WebApp.Features.Roles;
using WebApp.Platform.Http;
using WebApp.Platform.Mail;
using WebApp.Platform.Users;

namespace WebApp.Areas.Api;

/// <summary>Mail and webhooks on their way out.</summary>
[ApiEndpoint, BearerAuthorize, RequirePermission(Permission.MailRead)]
public sealed class AdminOutboxController(OutboxOversight outbox) : ControllerBase
{
    private const int UsualLimit = 50;
    private const int MaxLimit = 500;

    /// <summary>How many there are, and the newest of them. <paramref name="state"/>: <c>waiting</c>, <c>failed</c>, <c>expired</c> or <c>sent</c>.</summary>
    [HttpGet("admin/outbox")]
    [AnswersWith<OutboxResponse>]
    public async Task<IActionResult> List(string? state, Guid? before, int limit = UsualLimit, CancellationToken cancel = default)
    {
        var only = Enum.GetValues<OutboxState>().Where(one => string.Equals(one.ToString(), state, StringComparison.OrdinalIgnoreCase)).Select(one => (OutboxState?)one).SingleOrDefault();
        List<FieldError> errors = [];
        if (only is null && !string.IsNullOrEmpty(state))
        {
            errors.Add(new(nameof(state), "Say waiting, failed, expired or sent."));
        }

        if (limit is < 1 or > MaxLimit)
        {
            errors.Add(new(nameof(limit), $"Send a number from 1 to {MaxLimit}."));
        }

        return errors.Count > 0
            ? ApiProblem.Invalid(errors)
            : Ok(OutboxResponse.Of(await outbox.CountAsync(cancel), await outbox.ListAsync(only, before, limit, cancel)));
    }
}
