import { Module } from '@nestjs/common';
import { InteractionTickets } from './interaction-tickets';

/** What waits until a person has signed in and decided. */
@Module({ providers: [InteractionTickets], exports: [InteractionTickets] })
export class InteractionsModule {}
