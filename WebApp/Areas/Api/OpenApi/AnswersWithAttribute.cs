using Microsoft.AspNetCore.Mvc;

namespace WebApp.Areas.Api.OpenApi;

/// <summary>Says what an action answers with when it succeeds: <c>[AnswersWith&lt;TokensResponse&gt;]</c>.</summary>
/// <typeparam name="TBody">What the JSON is made from.</typeparam>
/// <param name="status">HTTP status.</param>
public sealed class AnswersWithAttribute<TBody>(int status = StatusCodes.Status200OK) : ProducesResponseTypeAttribute(typeof(TBody), status);
